"""The ADMX and ADML files match the policies in the program."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

import dev
from zcc_keys_gui.domain.policies import POLICIES, WholeNumberPolicy

FOLDER = Path(dev.__file__).parent / "resources" / "policies"
NAMESPACE = {"": "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"}


def admx() -> ElementTree.Element:
    return ElementTree.parse(FOLDER / "ZCCKeys.admx").getroot()


def adml() -> ElementTree.Element:
    return ElementTree.parse(FOLDER / "en-US" / "ZCCKeys.adml").getroot()


def test_each_policy_has_a_template_and_each_template_a_policy() -> None:
    names = [policy.get("name") for policy in admx().iterfind("policies/policy", NAMESPACE)]
    assert names == [policy.name for policy in POLICIES]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_a_template_has_the_range_and_default_of_its_policy(policy: WholeNumberPolicy) -> None:
    (template,) = admx().iterfind(f"policies/policy[@name='{policy.name}']", NAMESPACE)
    (number,) = template.iterfind("elements/decimal", NAMESPACE)
    assert template.get("class") == "Both"
    assert template.get("key") == "Software\\Policies\\ZCC Keys"
    assert number.get("valueName") == policy.name
    assert (number.get("minValue"), number.get("maxValue")) == (str(policy.minimum), str(policy.maximum))
    (box,) = adml().iterfind(f".//decimalTextBox[@refId='{number.get('id')}']", NAMESPACE)
    assert box.get("defaultValue") == str(policy.fallback)
    (explained,) = adml().iterfind(f".//string[@id='{policy.name}_Explain']", NAMESPACE)
    for value in (policy.minimum, policy.maximum, policy.fallback):
        assert f"{value:,}" in (explained.text or "")


def test_the_adml_file_has_every_text_of_the_admx_file() -> None:
    strings = {f"$(string.{text.get('id')})" for text in adml().iterfind(".//string", NAMESPACE)}
    presentations = {f"$(presentation.{each.get('id')})" for each in adml().iterfind(".//presentation", NAMESPACE)}
    named = {value for element in admx().iter() for value in element.attrib.values() if value.startswith("$(")}
    assert named == strings | presentations
