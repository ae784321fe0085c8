//! End-to-end tests: the tool as a user runs it, the kernel's verdicts, and the invariants of the source tree.

#[cfg(test)]
mod attribute;
#[cfg(test)]
mod cli;
#[cfg(all(test, unix))]
mod editor;
#[cfg(all(test, unix))]
mod fixes;
#[cfg(test)]
mod fixtures;
#[cfg(all(test, unix))]
mod gate;
#[cfg(all(test, target_os = "linux"))]
mod hardness;
#[cfg(test)]
mod harness;
#[cfg(all(test, target_os = "linux"))]
mod kernel;
#[cfg(all(test, target_os = "linux"))]
mod manners;
#[cfg(test)]
mod mutations;
#[cfg(all(test, target_os = "linux"))]
mod oracle;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod platforms;
#[cfg(all(test, unix))]
mod repo;
#[cfg(test)]
mod robustness;
#[cfg(test)]
mod sample;
#[cfg(all(test, unix))]
mod sharding;
#[cfg(test)]
mod smoke;
#[cfg(test)]
mod supply;
#[cfg(test)]
mod tidy;
