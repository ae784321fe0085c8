//! XML elements, as text that every reader accepts.

use std::io;

use quick_xml::{
    ElementWriter, Writer,
    events::{BytesDecl, BytesText, Event},
};

/// A document that is being written.
pub(super) type Xml = Writer<Vec<u8>>;

/// A document: the declaration, and what is written behind it.
pub(super) fn document(content: impl FnOnce(&mut Xml) -> io::Result<()>) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
        .and_then(|()| content(&mut xml))
        .expect("memory takes everything");
    String::from_utf8_lossy(&xml.into_inner()).into_owned() + "\n"
}

/// An element with attributes, and what is written into it.
pub(super) fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    content: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    start(xml, name, attributes).write_inner_content(content)?;
    Ok(())
}

/// An element with attributes only.
pub(super) fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    start(xml, name, attributes).write_empty()?;
    Ok(())
}

/// An element with attributes and a text.
pub(super) fn text(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    text: &str,
) -> io::Result<()> {
    let text = legal(text);
    start(xml, name, attributes).write_text_content(BytesText::new(&text))?;
    Ok(())
}

fn start<'w>(
    xml: &'w mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
) -> ElementWriter<'w, Vec<u8>> {
    let attributes: Vec<_> = attributes.iter().map(|(key, it)| (*key, line(it))).collect();
    let attributes = attributes.iter().map(|(key, it)| (*key, it.as_str()));
    xml.create_element(name.to_owned()).with_attributes(attributes)
}

/// A text without the characters that XML cannot have at all.
fn legal(text: &str) -> String {
    let is_illegal = |it: char| {
        (it.is_control() && !matches!(it, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}'))
            || matches!(it, '\u{fffe}' | '\u{ffff}')
    };
    text.replace(is_illegal, "\u{fffd}")
}

/// A text as the value of an attribute, where readers make spaces of line ends.
fn line(text: &str) -> String {
    legal(text).replace(['\t', '\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::{document, text};

    #[test]
    fn what_xml_cannot_have_is_replaced_or_escaped() {
        let xml = document(|xml| text(xml, "a", &[("b", "<\"\n&\u{1b}")], "]]>\u{0} ä\n"));
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <a b=\"&lt;&quot; &amp;\u{fffd}\">]]&gt;\u{fffd} ä\n</a>\n";
        assert_eq!(xml, expected);
    }
}
