"""A CycloneDX bill of materials from `cargo metadata` on standard input."""

import json
import re
import sys

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

PROGRAM = "group-inspection"

metadata = json.load(sys.stdin)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
with open("Cargo.lock") as lock:
    sums = {
        (name, version): checksum
        for name, version, checksum in re.findall(
            r'name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([0-9a-f]+)"',
            lock.read(),
        )
    }


def linked(node):
    """Dependencies that end up in the program."""
    return [
        dep["pkg"]
        for dep in node["deps"]
        if any(kind["kind"] is None for kind in dep["dep_kinds"])
        and not any("proc-macro" in target["kind"] for target in packages[dep["pkg"]]["targets"])
    ]


def component(package):
    kind = ComponentType.APPLICATION if package["name"] == PROGRAM else ComponentType.LIBRARY
    own = package["source"] is None
    checksum = sums.get((package["name"], package["version"]))
    licence = (package["license"] or "").replace("/", " OR ")
    named = package["license_file"] or "unknown"
    return Component(
        type=kind,
        name=package["name"],
        version=package["version"],
        bom_ref=f"{package['name']}@{package['version']}",
        purl=None if own else PackageURL("cargo", None, package["name"], package["version"]),
        licenses=[LicenseExpression(licence) if licence else DisjunctiveLicense(name=named)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)] if checksum else [],
    )


root = next(id for id, package in packages.items() if package["name"] == PROGRAM)
found, waiting = {root: component(packages[root])}, [root]
while waiting:
    for dep in linked(nodes[waiting.pop()]):
        if dep not in found:
            found[dep] = component(packages[dep])
            waiting.append(dep)

bom = Bom()
bom.metadata.component = found[root]
for id, part in found.items():
    if id != root:
        bom.components.add(part)
for id, part in found.items():
    bom.register_dependency(part, [found[dep] for dep in linked(nodes[id])])

text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
foreign = [packages[id] for id in found if packages[id]["source"]]
bare = [
    package["name"]
    for package in foreign
    if not (package["license"] or package["license_file"])
    or (package["name"], package["version"]) not in sums
]
if wrong or bare or len(foreign) < 100:
    sys.exit(f"{len(foreign)} libraries; without licence or hash: {bare}; {wrong}")
with open(sys.argv[1], "w") as out:
    out.write(text)
print(f"{sys.argv[1]}: {len(foreign)} libraries")
