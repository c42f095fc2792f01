//! Each rule fails on a small API that breaks it and on nothing else.

use prost_types::source_code_info::Location;
use prost_types::{
    EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    FileDescriptorSet, MethodDescriptorProto, SourceCodeInfo,
};

use super::*;

const METHOD: &str = "Lists things. For auditors. Reasons: TOKEN_INVALID, ROLE_MISSING, \
                      DEADLINE_EXCEEDED, INTERNAL.";

fn field(name: &str, kind: Type) -> FieldDescriptorProto {
    let name = Some(name.to_owned());
    let r#type = Some(kind.into());
    FieldDescriptorProto { name, r#type, ..FieldDescriptorProto::default() }
}

fn message(name: &str, field: Vec<FieldDescriptorProto>) -> DescriptorProto {
    let name = Some(name.to_owned());
    DescriptorProto { name, field, ..DescriptorProto::default() }
}

fn value(name: &str, number: i32) -> EnumValueDescriptorProto {
    let (name, number) = (Some(format!("ERROR_REASON_{name}")), Some(number));
    EnumValueDescriptorProto { name, number, ..EnumValueDescriptorProto::default() }
}

fn comment(path: &[i32], text: &str) -> Location {
    Location {
        path: path.to_vec(),
        leading_comments: Some(format!(" {}\n", text.replace(". ", ".\n "))),
        ..Location::default()
    }
}

/// A sound API: one enum, and one service with one method that pages.
fn sound() -> FileDescriptorSet {
    let names = ["UNSPECIFIED", "TOKEN_INVALID", "ROLE_MISSING", "DEADLINE_EXCEEDED", "INTERNAL"];
    let reasons = EnumDescriptorProto {
        name: Some("ErrorReason".to_owned()),
        value: (0..).zip(names).map(|(number, name)| value(name, number)).collect(),
        ..EnumDescriptorProto::default()
    };
    let method = MethodDescriptorProto {
        name: Some("ListThings".to_owned()),
        input_type: Some(".glasklar.v1.ListThingsRequest".to_owned()),
        output_type: Some(".glasklar.v1.ListThingsResponse".to_owned()),
        ..MethodDescriptorProto::default()
    };
    let service = ServiceDescriptorProto {
        name: Some("ThingService".to_owned()),
        method: vec![method],
        ..ServiceDescriptorProto::default()
    };
    let request = [field("page_size", Type::Int32), field("page_token", Type::String)];
    let response = [field("things", Type::Bytes), field("next_page_token", Type::String)];
    let mut locations = vec![comment(&[6, 0, 2, 0], METHOD)];
    let plain: [&[i32]; 13] = [
        &[4, 0],
        &[4, 0, 2, 0],
        &[4, 0, 2, 1],
        &[4, 1],
        &[4, 1, 2, 0],
        &[4, 1, 2, 1],
        &[5, 0],
        &[5, 0, 2, 0],
        &[5, 0, 2, 1],
        &[5, 0, 2, 2],
        &[5, 0, 2, 3],
        &[5, 0, 2, 4],
        &[6, 0],
    ];
    locations.extend(plain.iter().map(|path| comment(path, "What it is.")));
    let file = FileDescriptorProto {
        name: Some("glasklar/v1/thing_service.proto".to_owned()),
        package: Some(PACKAGE.to_owned()),
        dependency: vec!["glasklar/v1/score.proto".to_owned()],
        message_type: vec![
            message("ListThingsRequest", request.to_vec()),
            message("ListThingsResponse", response.to_vec()),
        ],
        enum_type: vec![reasons],
        service: vec![service],
        source_code_info: Some(SourceCodeInfo { location: locations }),
        ..FileDescriptorProto::default()
    };
    FileDescriptorSet { file: vec![file] }
}

/// The findings of a rule on a sound API after a change, which only it must notice.
fn after(rule: fn(&Api<'_>) -> Vec<String>, change: impl Fn(&mut FileDescriptorProto)) -> String {
    assert_eq!(rule(&Api::new(&sound())), [""; 0], "the sound API breaks it");
    let mut set = sound();
    change(&mut set.file[0]);
    rule(&Api::new(&set)).join("\n")
}

fn recomment(file: &mut FileDescriptorProto, path: &[i32], text: &str) {
    let locations = &mut file.source_code_info.as_mut().unwrap().location;
    locations.retain(|location| location.path != path);
    locations.push(comment(path, text));
}

#[test]
fn a_missing_comment_is_caught_wherever_it_is_missing() {
    for (path, name) in [
        (&[4, 0][..], "ListThingsRequest"),
        (&[4, 1, 2, 0], "things"),
        (&[5, 0], "ErrorReason"),
        (&[5, 0, 2, 3], "ERROR_REASON_DEADLINE_EXCEEDED"),
        (&[6, 0], "ThingService"),
        (&[6, 0, 2, 0], "ListThings"),
    ] {
        for text in ["", "No full stop"] {
            let found = after(comments, |file| recomment(file, path, text));
            assert_eq!(found.lines().count(), 1, "{found}");
            assert!(found.contains(name), "{found}");
        }
    }
}

#[test]
fn a_missing_comment_is_caught_inside_messages_too() {
    let found = after(comments, |file| {
        let inner = message("Inner", vec![field("a", Type::String)]);
        file.message_type[0].nested_type.push(inner);
        file.message_type[0].enum_type.push(EnumDescriptorProto::default());
    });
    assert_eq!(found.lines().count(), 3, "{found}");
    assert!(found.contains("ListThingsRequest.Inner.a"), "{found}");
}

#[test]
fn a_service_in_the_wrong_file_is_caught() {
    assert!(
        after(services, |file| file.name = Some("glasklar/v1/thing.proto".to_owned()))
            .contains("should be glasklar/v1/thing_service.proto")
    );
    assert!(
        after(services, |file| file.service[0].name = Some("Things".to_owned()))
            .contains("does not end in Service")
    );
    let twice = after(services, |file| file.service.extend_from_within(..));
    assert!(twice.contains("holds the services"), "{twice}");
    assert!(after(services, |file| file.service.clear()).contains("holds the services []"));
}

#[test]
fn a_message_that_is_not_the_methods_own_is_caught() {
    let rename = |file: &mut FileDescriptorProto| {
        file.service[0].method[0].output_type = Some(".glasklar.v1.Things".to_owned());
    };
    assert!(after(methods, rename).contains("is not named after it"));
    let again = |file: &mut FileDescriptorProto| {
        let method = file.service[0].method[0].clone();
        file.service[0].method.push(method);
    };
    assert!(after(methods, again).contains("is used before"));
    let nest = |file: &mut FileDescriptorProto| {
        file.message_type[1].field[0].type_name = Some(".glasklar.v1.ListThingsRequest".to_owned());
    };
    assert!(after(methods, nest).contains("belongs to a method"));
    let orphan = |file: &mut FileDescriptorProto| {
        file.message_type.push(message("OldRequest", Vec::new()));
    };
    assert!(after(methods, orphan).contains("no method has it"));
}

#[test]
fn a_value_with_a_foreign_name_is_caught() {
    let rename = |at: usize, name: &'static str| {
        move |file: &mut FileDescriptorProto| {
            file.enum_type[0].value[at].name = Some(name.to_owned());
        }
    };
    assert!(after(enums, rename(1, "REASON_OTHER")).contains("lacks ERROR_REASON_"));
    assert!(after(enums, rename(0, "ERROR_REASON_NONE")).contains("is not zero's"));
    assert!(after(enums, rename(1, "ERROR_REASON_UNSPECIFIED")).contains("is not zero's"));
}

#[test]
fn a_field_with_capitals_or_floating_point_is_caught() {
    let add = |name: &'static str, kind: Type| {
        move |file: &mut FileDescriptorProto| file.message_type[0].field.push(field(name, kind))
    };
    assert!(after(fields, add("pageCount", Type::Int32)).contains("snake case"));
    assert!(after(fields, add("points", Type::Double)).contains("inexact"));
    assert!(after(fields, add("points", Type::Float)).contains("inexact"));
    assert_eq!(after(fields, add("points", Type::Int64)), "");
}

#[test]
fn paging_in_part_is_caught() {
    for (message, index) in [(0, 0), (0, 1), (1, 1)] {
        let found = after(paging, |file| {
            file.message_type[message].field.remove(index);
        });
        assert!(found.contains("ListThings: pages only in part"), "{found}");
    }
    let wrong_type = after(paging, |file| {
        file.message_type[0].field[0].set_type(Type::Int64);
    });
    assert!(wrong_type.contains("pages only in part"));
    let stray = after(paging, |file| {
        let parts = vec![field("next_page_token", Type::String)];
        file.message_type.push(message("Thing", parts));
    });
    assert!(stray.contains("Thing: pages only in part"), "{stray}");
}

#[test]
fn a_method_that_keeps_silent_is_caught() {
    for (from, to, complaint) in [
        ("For auditors.", "Auditors only.", "does not say for whom it is"),
        ("things. For", "things, For", "does not say for whom it is"),
        ("INTERNAL", "OTHER", "OTHER is no reason"),
        ("Lists things", "Lists things, else NO_THINGS", "NO_THINGS is no reason"),
        ("INTERNAL", "UNSPECIFIED", "UNSPECIFIED is no reason"),
        (", INTERNAL", "", "does not name INTERNAL"),
        ("Reasons: TOKEN_INVALID, ", "Reasons: ", "does not name TOKEN_INVALID"),
        (" ROLE_MISSING,", "", "says two things"),
        ("For auditors", "For every role", "says two things"),
    ] {
        let text = METHOD.replace(from, to);
        assert_ne!(text, METHOD, "{from} is not in it");
        let found = after(promises, |file| recomment(file, &[6, 0, 2, 0], &text));
        assert!(found.contains(complaint), "{complaint} in {found}");
    }
}

#[test]
fn abbreviations_before_the_list_are_not_taken_for_reasons() {
    let text = METHOD.replace("Lists things", "Lists things as JSON by RFC 6962");
    assert_eq!(after(promises, |file| recomment(file, &[6, 0, 2, 0], &text)), "");
}

#[test]
fn an_imported_service_is_caught() {
    let found = after(imports, |file| {
        file.dependency.push("glasklar/v1/a_service.proto".to_owned());
    });
    assert!(found.contains("imports glasklar/v1/a_service.proto"));
}

#[test]
fn other_packages_are_none_of_our_business() {
    let mut set = sound();
    set.file[0].package = Some("google.protobuf".to_owned());
    set.file[0].source_code_info = None;
    assert_eq!(comments(&Api::new(&set)), [""; 0]);
}

#[test]
fn names_become_snake_case() {
    for (name, expected) in
        [("ProfileService", "profile_service"), ("lookUp", "look_up"), ("a_b", "a_b")]
    {
        assert_eq!(snake(name), expected);
    }
}
