#!/usr/bin/env python3
"""Checks the chart: lint, rendering, Kubernetes schemas, promises of the values, and refusals.

Run it with the packages of helm/requirements.txt: `python helm/check.py`. It needs neither a
cluster nor a helm program. A refusal without a test here does not count as one.
"""

import copy
import json
import re
import tomllib
import unittest
from pathlib import Path

import helm_python
import kubernetes_validate
import yaml

CHART = Path(__file__).resolve().parent / "glasklar"
KUBERNETES = "1.31"
ISSUER = {
    "issuer": "https://login.example.org",
    "audience": "glasklar",
    "jwks_url": "https://login.example.org/jwks.json",
    "roles": ["recruiter"],
    "organizations": ["acme"],
}
# The least a real installation must say.
BASE = {
    "keys": {"existingSecret": "glasklar-keys", "origin": "score.example.org/ledger"},
    "database": {"existingSecret": "glasklar-database"},
    "tls": {"existingSecret": "glasklar-tls"},
    "issuers": [ISSUER],
}
SQLITE = {"replicas": 1, "database": {"kind": "sqlite", "existingSecret": ""}}
EVERYTHING = {
    "replicas": 5,
    "image": {"digest": "sha256:" + "a" * 64},
    "imagePullSecrets": [{"name": "registry"}],
    "fullnameOverride": "score",
    "commonLabels": {"team": "people"},
    "podAnnotations": {"prometheus.io/scrape": "true"},
    "podLabels": {"tier": "backend"},
    "service": {"type": "ClusterIP", "headless": True, "annotations": {"a": "b"}},
    "tls": {"requireClientCertificate": True},
    "migrate": {"existingSecret": "glasklar-ddl", "existingSecretKey": "ddl-url"},
    "issuers": [ISSUER, {**ISSUER, "organization_claim": "org", "algorithms": ["EdDSA"]}],
    "mail": {
        "kind": "command",
        "command": ["/usr/sbin/sendmail", "-t", "-i"],
        "from": "score@example.org",
    },
    "extraConfig": "[extra]\nkey = \"<value>\"\n",
    "extraVolumes": [{"name": "ca", "configMap": {"name": "database-ca"}}],
    "extraVolumeMounts": [{"name": "ca", "mountPath": "/ca", "readOnly": True}],
    "nodeSelector": {"kubernetes.io/arch": "arm64"},
    "tolerations": [{"key": "score", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "priorityClassName": "high",
    "serviceAccount": {"annotations": {"role": "score"}},
    "networkPolicy": {
        "metricsFrom": [{"namespaceSelector": {}}],
        "database": {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "port": 6432},
        "issuers": {"to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}], "port": 8443},
        "extraEgress": [{"ports": [{"protocol": "TCP", "port": 587}]}],
    },
}
MESH = {"tls": {"existingSecret": ""}, "allowPlaintext": True}
BARE = {
    "migrate": {"enabled": False},
    "serviceAccount": {"create": False},
    "podDisruptionBudget": {"enabled": False},
    "networkPolicy": {"enabled": False},
    "topologySpread": {"keys": []},
}
VALUE_SETS = {
    "base": {},
    "sqlite": SQLITE,
    "sqlite on a claim": {**SQLITE, "persistence": {"existingClaim": "old"}},
    "everything": EVERYTHING,
    "mesh": MESH,
    "bare": BARE,
}
REFUSALS = [
    ({"keys": {"existingSecret": ""}}, "keys.existingSecret is empty: name a secret"),
    ({"keys": {"origin": ""}}, "keys.origin is empty: give the ledger the name"),
    ({"issuers": []}, "issuers is empty, so no token could be accepted"),
    ({"tls": {"existingSecret": ""}}, "set allowPlaintext: true behind a mesh"),
    (
        {**MESH, "tls": {"existingSecret": "", "requireClientCertificate": True}},
        "tls.requireClientCertificate needs tls.existingSecret",
    ),
    (
        {"service": {"headless": True, "type": "LoadBalancer"}},
        "service.headless cannot be combined with service.type LoadBalancer",
    ),
    ({"database": {"existingSecret": ""}}, "database.existingSecret is empty: name a secret"),
    ({**SQLITE, "replicas": 2}, "database.kind sqlite allows one replica, not 2"),
    ({"replicas": 11}, "would open 120 connections"),
    ({"database": {"maxConnections": 33}}, "database.maxConnections less"),
]
# Refused by values.schema.json; the text is what Helm says about the place.
SCHEMA_REFUSALS = [
    ({"replica": 2}, "replica"),
    ({"database": {"kind": "mysql"}}, "database"),
    ({"keys": {"encryptionKey": "c2VjcmV0"}}, "encryptionKey"),
    ({"image": {"digest": "latest"}}, "digest"),
    ({"issuers": [{"issuer": "https://login.example.org"}]}, "issuers"),
    ({"issuers": [{**ISSUER, "roles": ["organization"]}]}, "roles"),
    ({"mail": {"kind": "sendmail"}}, "mail"),
    ({"replicas": "2"}, "replicas"),
]


def merged(base, extra):
    """Lays `extra` over `base` as Helm lays values over defaults: maps merge, the rest replaces."""
    result = copy.deepcopy(base)
    for key, value in extra.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else copy.deepcopy(value)
    return result


def render(extra):
    """Renders BASE with `extra` and returns the manifests by kind; the chart has one of each."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(merged(BASE, extra), name="demo", namespace="score")
    manifests = {}
    for path, text in files.items():
        if path.endswith(".txt"):
            continue
        for document in yaml.safe_load_all(text):
            if document:
                assert document["kind"] not in manifests, f"two manifests of kind {path}"
                manifests[document["kind"]] = document
    return manifests


def pod(extra):
    """The pod specification of the rendered deployment."""
    return render(extra)["Deployment"]["spec"]["template"]["spec"]


def config(extra):
    """config.toml as the server would read it."""
    return tomllib.loads(render(extra)["ConfigMap"]["data"]["config.toml"])


def by_name(rows):
    return {row["name"]: row for row in rows}


class Manifests(unittest.TestCase):
    def test_lint_is_clean_for_every_value_set(self):
        for name, extra in VALUE_SETS.items():
            with self.subTest(name):
                report = helm_python.lint(CHART, merged(BASE, extra), strict=True)
                self.assertEqual(report["errors"], [])
                # Severity 1 is information, such as a chart without an icon.
                loud = [m for m in report["messages"] if m["severity"] > 1]
                self.assertEqual(loud, [])

    def test_every_manifest_satisfies_the_kubernetes_schema(self):
        for name, extra in VALUE_SETS.items():
            for kind, manifest in render(extra).items():
                with self.subTest(f"{name}: {kind}"):
                    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
                    self.assertEqual(manifest["metadata"]["namespace"], "score")

    def test_the_schema_check_notices_a_misspelled_field(self):
        manifest = render({})["Deployment"]
        manifest["spec"]["template"]["spec"]["containers"][0]["readyProbe"] = {}
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)

    def test_each_mode_makes_exactly_its_resources(self):
        common = {"Deployment", "ConfigMap", "Service"}
        guards = {"ServiceAccount", "PodDisruptionBudget", "NetworkPolicy"}
        claim = {"PersistentVolumeClaim"}
        self.assertEqual(set(render({})), common | guards)
        self.assertEqual(set(render(SQLITE)), common | guards | claim)
        self.assertEqual(set(render(VALUE_SETS["sqlite on a claim"])), common | guards)
        self.assertEqual(set(render(BARE)), common)

    def test_every_value_has_a_comment(self):
        lines = (CHART / "values.yaml").read_text().splitlines()
        example = re.compile(r"^\s*(- |matchLabels|kubernetes\.io|k8s-app|podSelector)")
        for before, line in zip([""] + lines, lines):
            if line.strip() and not line.lstrip().startswith("#") and not example.match(line):
                self.assertTrue(before.lstrip().startswith("#"), f"no comment above: {line}")

    def test_the_schema_names_every_value_and_no_other(self):
        schema = json.loads((CHART / "values.schema.json").read_text())
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        self.assertEqual(set(schema["properties"]) - {"global"}, set(values))
        for key, part in schema["properties"].items():
            if "properties" in part:
                self.assertEqual(set(part["properties"]), set(values[key]), key)


class Pods(unittest.TestCase):
    def test_every_container_is_restricted(self):
        for name, extra in VALUE_SETS.items():
            spec = pod(extra)
            self.assertIs(spec["automountServiceAccountToken"], False)
            account = render(extra).get("ServiceAccount", {"automountServiceAccountToken": False})
            self.assertIs(account["automountServiceAccountToken"], False)
            self.assertIs(spec["securityContext"]["runAsNonRoot"], True)
            self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
            for container in spec["containers"] + spec.get("initContainers", []):
                with self.subTest(f"{name}: {container['name']}"):
                    context = container["securityContext"]
                    self.assertIs(context["allowPrivilegeEscalation"], False)
                    self.assertIs(context["readOnlyRootFilesystem"], True)
                    self.assertIs(context["runAsNonRoot"], True)
                    self.assertEqual(context["runAsUser"], 65532)
                    self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                    self.assertEqual(context["seccompProfile"], {"type": "RuntimeDefault"})

    def test_no_container_takes_anything_from_the_environment(self):
        for extra in VALUE_SETS.values():
            spec = pod(extra)
            for container in spec["containers"] + spec.get("initContainers", []):
                self.assertNotIn("env", container)
                self.assertNotIn("envFrom", container)

    def test_memory_limit_equals_its_request_and_cpu_is_not_limited(self):
        resources = pod({"resources": {"memory": "2Gi"}})["containers"][0]["resources"]
        self.assertEqual(resources["limits"], {"memory": "2Gi"})
        self.assertEqual(resources["requests"], {"memory": "2Gi", "cpu": "500m"})

    def test_probes_are_native_grpc_on_the_health_port(self):
        server = by_name(pod({})["containers"])["server"]
        live, ready = {"port": 7480, "service": "liveness"}, {"port": 7480, "service": "readiness"}
        self.assertEqual(server["startupProbe"]["grpc"], live)
        self.assertEqual(server["livenessProbe"]["grpc"], live)
        self.assertEqual(server["readinessProbe"]["grpc"], ready)
        ports = {p["name"]: p["containerPort"] for p in server["ports"]}
        self.assertEqual(ports, {"grpc": 7443, "health": 7480, "metrics": 7490})

    def test_the_pod_has_time_to_drain(self):
        self.assertEqual(pod({})["terminationGracePeriodSeconds"], 45)

    def test_migrate_runs_first_from_the_same_image(self):
        spec = pod({"image": {"tag": "9.9"}})
        migrate, server = spec["initContainers"][0], spec["containers"][0]
        self.assertEqual(migrate["image"], "glasklar:9.9")
        self.assertEqual(migrate["image"], server["image"])
        tail = ["--config", "/etc/glasklar/config.toml"]
        self.assertEqual(migrate["command"], ["glasklar", "migrate", *tail])
        self.assertEqual(server["command"], ["glasklar", "serve", *tail])
        self.assertNotIn("initContainers", pod(BARE))

    def test_only_migrate_sees_the_secret_that_may_change_the_schema(self):
        spec = pod(EVERYTHING)
        volumes = by_name(spec["volumes"])

        def secret(container):
            mounts = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}
            return volumes[mounts["/secrets/database"]]["secret"]

        ddl = secret(spec["initContainers"][0])
        self.assertEqual(ddl["secretName"], "glasklar-ddl")
        self.assertEqual(ddl["items"], [{"key": "ddl-url", "path": "url"}])
        self.assertEqual(secret(spec["containers"][0])["secretName"], "glasklar-database")
        self.assertNotIn("migration-database", json.dumps(spec["containers"]))
        self.assertEqual(secret(pod({})["initContainers"][0])["secretName"], "glasklar-database")

    def test_every_mount_has_its_volume_and_every_volume_is_mounted(self):
        for name, extra in VALUE_SETS.items():
            spec = pod(extra)
            containers = spec["containers"] + spec.get("initContainers", [])
            mounted = {m["name"] for c in containers for m in c["volumeMounts"]}
            with self.subTest(name):
                self.assertEqual(mounted, set(by_name(spec["volumes"])))

    def test_a_digest_wins_over_the_tag(self):
        image = pod({**EVERYTHING, "image": {"tag": "1", "digest": "sha256:" + "b" * 64}})
        self.assertEqual(image["containers"][0]["image"], "glasklar@sha256:" + "b" * 64)

    def test_a_change_of_configuration_rolls_the_pods(self):
        def checksum(extra):
            template = render(extra)["Deployment"]["spec"]["template"]
            return template["metadata"]["annotations"]["checksum/config"]

        self.assertEqual(checksum({}), checksum({"replicas": 3}))
        self.assertNotEqual(checksum({}), checksum({"reflection": False}))

    def test_pods_spread_over_zones_and_hosts(self):
        spread = pod({})["topologySpreadConstraints"]
        keys = [row["topologyKey"] for row in spread]
        self.assertEqual(keys, ["topology.kubernetes.io/zone", "kubernetes.io/hostname"])
        labels = render({})["Deployment"]["spec"]["template"]["metadata"]["labels"]
        for row in spread:
            self.assertLessEqual(row["labelSelector"]["matchLabels"].items(), labels.items())


class Configuration(unittest.TestCase):
    def test_postgresql_reads_its_url_from_a_file(self):
        read = config({})
        self.assertEqual(read["database"], {"url_file": "/secrets/database/url", "pool": 8})
        self.assertEqual(read["keys"]["origin"], "score.example.org/ledger")
        self.assertEqual(read["issuers"], [ISSUER])
        self.assertNotIn("mail", read)

    def test_every_file_it_names_is_mounted(self):
        for name, extra in VALUE_SETS.items():
            text = json.dumps(config(extra))
            mounts = [m["mountPath"] for m in pod(extra)["containers"][0]["volumeMounts"]]
            for path in re.findall(r'"(?:sqlite://)?(/(?:secrets|keys|data)/[^"]+)"', text):
                with self.subTest(f"{name}: {path}"):
                    self.assertIn(str(Path(path).parent), mounts)

    def test_tls_and_plaintext_exclude_each_other(self):
        with_tls, mesh = config({"allowPlaintext": True})["server"], config(MESH)["server"]
        self.assertEqual(with_tls["tls_certificate_file"], "/secrets/tls/tls.crt")
        self.assertNotIn("allow_plaintext", with_tls)
        self.assertIs(mesh["allow_plaintext"], True)
        self.assertNotIn("tls_certificate_file", mesh)
        self.assertEqual(config(EVERYTHING)["server"]["tls_client_ca_file"], "/secrets/tls/ca.crt")

    def test_sqlite_is_one_pod_with_a_volume_that_stays(self):
        manifests = render(SQLITE)
        self.assertEqual(config(SQLITE)["database"]["url"], "sqlite:///data/glasklar.db")
        self.assertEqual(manifests["Deployment"]["spec"]["strategy"], {"type": "Recreate"})
        claim = manifests["PersistentVolumeClaim"]["metadata"]
        self.assertEqual(claim["annotations"]["helm.sh/resource-policy"], "keep")
        self.assertNotIn("database", by_name(pod(SQLITE)["volumes"]))
        kept = by_name(pod(VALUE_SETS["sqlite on a claim"])["volumes"])["data"]
        self.assertEqual(kept["persistentVolumeClaim"]["claimName"], "old")

    def test_strings_survive_the_way_into_toml(self):
        hostile = 'a"b\\c\n[keys]\n<&>'
        read = config({"issuers": [{**ISSUER, "audience": hostile}]})
        self.assertEqual(read["issuers"][0]["audience"], hostile)
        everything = config(EVERYTHING)
        self.assertEqual(everything["extra"]["key"], "<value>")
        self.assertEqual(everything["issuers"][1]["algorithms"], ["EdDSA"])
        self.assertEqual(everything["mail"], EVERYTHING["mail"])


class Network(unittest.TestCase):
    def test_what_is_not_listed_is_denied(self):
        spec = render({})["NetworkPolicy"]["spec"]
        self.assertEqual(spec["policyTypes"], ["Ingress", "Egress"])
        self.assertEqual([r["ports"][0]["port"] for r in spec["ingress"]], ["grpc"])
        self.assertEqual([r["ports"][0]["port"] for r in spec["egress"]], [53, 5432, 443])
        self.assertTrue(all(rule.get("ports") for rule in spec["egress"]))

    def test_peers_narrow_each_rule(self):
        spec = render(EVERYTHING)["NetworkPolicy"]["spec"]
        self.assertEqual([r["ports"][0]["port"] for r in spec["ingress"]], ["grpc", "metrics"])
        cidrs = {r["ports"][0]["port"]: r["to"][0].get("ipBlock") for r in spec["egress"][:3]}
        self.assertEqual(cidrs[6432], {"cidr": "10.0.0.0/8"})
        self.assertEqual(cidrs[8443], {"cidr": "192.0.2.0/24"})
        self.assertEqual(spec["egress"][3]["ports"][0]["port"], 587)

    def test_sqlite_needs_no_way_to_a_database(self):
        egress = render(SQLITE)["NetworkPolicy"]["spec"]["egress"]
        self.assertEqual([r["ports"][0]["port"] for r in egress], [53, 443])

    def test_the_service_is_headless_on_request_and_names_its_protocol(self):
        plain, headless = render(MESH)["Service"]["spec"], render(EVERYTHING)["Service"]["spec"]
        self.assertNotIn("clusterIP", plain)
        self.assertEqual(plain["ports"][0]["appProtocol"], "kubernetes.io/h2c")
        self.assertEqual(headless["clusterIP"], "None")
        self.assertEqual(headless["ports"][0]["appProtocol"], "https")


class Refusals(unittest.TestCase):
    def test_each_refusal_says_its_sentence(self):
        for extra, sentence in REFUSALS:
            with self.subTest(sentence):
                with self.assertRaises(helm_python.HelmError) as caught:
                    render(extra)
                self.assertIn(sentence, str(caught.exception))

    def test_every_refusal_of_the_chart_is_tried(self):
        source = (CHART / "templates" / "_helpers.tpl").read_text()
        openings = re.findall(r'\{\{- fail (?:\(printf )?"(?:%d )?([^"%]{12,})', source)
        self.assertEqual(len(openings), source.count("{{- fail"))
        said = []
        for extra, _ in REFUSALS:
            with self.assertRaises(helm_python.HelmError) as caught:
                render(extra)
            said.append(str(caught.exception))
        for opening in openings:
            self.assertTrue(any(opening in text for text in said), opening)

    def test_the_schema_refuses_what_it_does_not_know(self):
        for extra, place in SCHEMA_REFUSALS:
            with self.subTest(place):
                with self.assertRaises(helm_python.HelmError) as caught:
                    render(extra)
                self.assertIn(place, str(caught.exception))

    def test_a_fleet_that_just_fits_is_accepted(self):
        spec = render({"replicas": 4, "database": {"pool": 16}})["Deployment"]["spec"]
        self.assertEqual(spec["replicas"], 4)


if __name__ == "__main__":
    unittest.main(verbosity=2)
