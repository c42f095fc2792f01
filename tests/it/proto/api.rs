//! The API as the rules see it: everything that has a name in our package, with its comment.

use std::collections::HashMap;

use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto,
};

/// The package that the rules are for.
pub(crate) const PACKAGE: &str = "glasklar.v1";

/// The files of our package, and the comments in them.
pub(crate) struct Api<'a> {
    pub(crate) files: Vec<&'a FileDescriptorProto>,
    /// By file and by path in its descriptor.
    comments: HashMap<(&'a str, Vec<i32>), String>,
}

/// Something named, where it stands.
pub(crate) struct Place<'a, T> {
    pub(crate) file: &'a str,
    /// Its full name, from the package on.
    pub(crate) name: String,
    /// The path in the file's descriptor, see `SourceCodeInfo.Location.path`.
    path: Vec<i32>,
    pub(crate) what: &'a T,
}

impl<'a> Api<'a> {
    pub(crate) fn new(set: &'a FileDescriptorSet) -> Self {
        let files: Vec<_> = set.file.iter().filter(|file| file.package() == PACKAGE).collect();
        let mut comments = HashMap::new();
        for file in &files {
            let locations = file.source_code_info.iter().flat_map(|info| &info.location);
            for location in locations {
                let words: Vec<_> = location.leading_comments().split_whitespace().collect();
                comments.insert((file.name(), location.path.clone()), words.join(" "));
            }
        }
        Self { files, comments }
    }

    pub(crate) fn comment<T>(&self, place: &Place<'a, T>) -> &str {
        self.comments.get(&(place.file, place.path.clone())).map_or("", String::as_str)
    }

    pub(crate) fn messages(&self) -> Vec<Place<'a, DescriptorProto>> {
        let mut found = Vec::new();
        for file in &self.files {
            for (at, message) in (0..).zip(&file.message_type) {
                collect(file.name(), PACKAGE, vec![4, at], message, &mut found);
            }
        }
        found
    }

    pub(crate) fn all_fields(&self) -> Vec<Place<'a, FieldDescriptorProto>> {
        let messages = self.messages();
        let fields = messages.iter().flat_map(|place| {
            (0..)
                .zip(&place.what.field)
                .map(|(at, field)| place.inner([2, at], field.name(), field))
        });
        fields.collect()
    }

    pub(crate) fn all_enums(&self) -> Vec<Place<'a, EnumDescriptorProto>> {
        let mut found = Vec::new();
        for place in self.messages() {
            for (at, inner) in (0..).zip(&place.what.enum_type) {
                found.push(place.inner([4, at], inner.name(), inner));
            }
        }
        for file in &self.files {
            for (at, outer) in (0..).zip(&file.enum_type) {
                found.push(Place {
                    file: file.name(),
                    name: format!("{PACKAGE}.{}", outer.name()),
                    path: vec![5, at],
                    what: outer,
                });
            }
        }
        found
    }

    pub(crate) fn all_services(&self) -> Vec<Place<'a, ServiceDescriptorProto>> {
        let services = self.files.iter().flat_map(|file| {
            (0..).zip(&file.service).map(|(at, service)| Place {
                file: file.name(),
                name: format!("{PACKAGE}.{}", service.name()),
                path: vec![6, at],
                what: service,
            })
        });
        services.collect()
    }

    pub(crate) fn all_methods(&self) -> Vec<Place<'a, MethodDescriptorProto>> {
        let services = self.all_services();
        let methods = services.iter().flat_map(|place| {
            (0..)
                .zip(&place.what.method)
                .map(|(at, method)| place.inner([2, at], method.name(), method))
        });
        methods.collect()
    }

    /// The names of the services.
    pub(crate) fn services(&self) -> impl Iterator<Item = &'a str> {
        self.files.iter().flat_map(|file| &file.service).map(ServiceDescriptorProto::name)
    }
}

impl<'a, T> Place<'a, T> {
    pub(crate) fn inner<U>(&self, step: [i32; 2], name: &str, what: &'a U) -> Place<'a, U> {
        Place {
            file: self.file,
            name: format!("{}.{name}", self.name),
            path: self.path.iter().copied().chain(step).collect(),
            what,
        }
    }
}

/// Gathers a message and those inside it. Entries of maps have no text to comment.
fn collect<'a>(
    file: &'a str,
    outside: &str,
    path: Vec<i32>,
    message: &'a DescriptorProto,
    found: &mut Vec<Place<'a, DescriptorProto>>,
) {
    if message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry) {
        return;
    }
    let name = format!("{outside}.{}", message.name());
    for (at, inner) in (0..).zip(&message.nested_type) {
        let path = path.iter().copied().chain([3, at]).collect();
        collect(file, &name, path, inner, found);
    }
    found.push(Place { file, name, path, what: message });
}
