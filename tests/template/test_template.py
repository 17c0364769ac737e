"""The template's own rules: what a reviewer would check by hand on every change."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.builders import BUILDERS
from local.dispatcher import read_sources
from local.engine import LOCAL_PARAMETERS
from local.invocation import merged_variables, read_functions
from local.schedules import read_schedules
from local.stack import NOT_BUILT, READ, Stack, expand
from shoufa.adapters.imap_mailbox import MAIL_SECONDS
from shoufa.steps.pull_mailbox import LEASE, SPENT

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
WILD_RESOURCES = {("ReadDocumentVpcPolicy", "LiveInVpc")}  # interfaces have no name before they exist
ONLY_OUTSIDE_CHINA = {"AWS::SES::ReceiptRuleSet", "AWS::SES::ReceiptRule"}
VERBS = {
    "ReceiveMailFunction": "step1_receive_mail",
    "ReadDocumentFunction": "step2_read_document",
    "CheckCompletenessFunction": "step3_check_completeness",
    "SendNoticeFunction": "step4_send_notice",
    "ReceiveDecisionFunction": "receive_decision",
    "WatchSubmissionsFunction": "watch_submissions",
    "PullMailboxFunction": "pull_mailbox",
}


@pytest.fixture(scope="module")
def expanded():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return expand(TEMPLATE, LOCAL_PARAMETERS)


@pytest.fixture(scope="module")
def resources(expanded):
    return expanded.template["Resources"]


def of_type(resources, *types):
    return {name: r.get("Properties", {}) for name, r in resources.items() if r["Type"] in types}


def dead_letter_queue(queue):
    return queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]


def working_queues(resources):
    return {name: q for name, q in of_type(resources, "AWS::SQS::Queue").items() if "RedrivePolicy" in q}


def lint(*arguments):
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert not done.stderr
    return [(found["Rule"]["Id"], found["Message"]) for found in json.loads(done.stdout)]


def test_cfn_lint_has_nothing_to_say():
    assert lint("template.yaml") == []


def test_in_china_only_what_stands_behind_a_condition_is_missing(resources):
    found = lint("--regions", "cn-north-1", "--", "template.yaml")
    assert {rule for rule, _message in found} == {"E3006"}
    assert all(any(kind in message for kind in ONLY_OUTSIDE_CHINA) for _rule, message in found)
    behind = [r.get("Condition") for r in resources.values() if r["Type"] in ONLY_OUTSIDE_CHINA]
    assert behind == ["ReceivesBySes", "ReceivesBySes"]


def test_no_arn_names_a_partition():
    assert "arn:aws" not in TEMPLATE.read_text(encoding="utf-8")


def test_the_queues_are_those_of_the_design(resources):
    assert set(working_queues(resources)) == {
        "MailsQueue", "DocumentsQueue", "SubmissionsQueue", "NoticesQueue", "DecisionsQueue",
    }  # fmt: skip


def test_each_queue_has_its_own_dead_letter_queue_of_14_days(resources):
    queues = of_type(resources, "AWS::SQS::Queue")
    targets = {name: dead_letter_queue(queue) for name, queue in working_queues(resources).items()}
    assert targets == {name: name.replace("Queue", "DeadLetterQueue") for name in targets}
    assert set(queues) == {*targets, *targets.values()}
    for name, target in targets.items():
        assert queues[name]["RedrivePolicy"]["maxReceiveCount"] == 5
        assert (
            queues[target]["MessageRetentionPeriod"]
            == 14 * 24 * 3600
            > queues[name]["MessageRetentionPeriod"]
        )
        assert queues[target].get("FifoQueue") == queues[name].get("FifoQueue")


def test_each_queue_is_watched_for_dead_letters_and_for_age(resources):
    watched = {
        (alarm["MetricName"], alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]): alarm
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "AWS/SQS"
    }
    for name, queue in working_queues(resources).items():
        dead = watched[("ApproximateNumberOfMessagesVisible", dead_letter_queue(queue))]
        assert (dead["Threshold"], dead["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        assert watched[("ApproximateAgeOfOldestMessage", name)]["Threshold"] >= queue["VisibilityTimeout"]


def test_every_alarm_tells_somebody_if_there_is_anybody(resources):
    for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values():
        told = {"Fn::If": ["HasAlarmEmail", {"Ref": "AlarmTopic"}, {"Ref": "AWS::NoValue"}]}
        assert alarm["AlarmActions"] == [told]


def test_only_submissions_are_in_order_and_their_messages_are_never_taken_for_repeats(resources):
    fifo = {name: q for name, q in working_queues(resources).items() if q.get("FifoQueue")}
    assert set(fifo) == {"SubmissionsQueue"}
    assert fifo["SubmissionsQueue"]["ContentBasedDeduplication"] is False


def test_visibility_is_at_least_six_times_the_functions_timeout_and_items_are_reported(resources):
    functions = of_type(resources, "AWS::Lambda::Function")
    queues = of_type(resources, "AWS::SQS::Queue")
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    assert len(mappings) == 5
    for mapping in mappings:
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        assert queue["VisibilityTimeout"] >= 6 * functions[mapping["FunctionName"]["Ref"]]["Timeout"]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_names_agree(resources):
    functions = of_type(resources, "AWS::Lambda::Function")
    assert set(functions) == set(VERBS)
    for name, module in VERBS.items():
        function = functions[name]
        verb = module.split("_", 1)[1] if module.startswith("step") else module
        handler = function.get("Handler") or function["ImageConfig"]["Command"][0]
        assert handler == f"handlers.{module}.handler"
        assert name.removesuffix("Function") == verb.title().replace("_", "")
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == verb
        assert function["FunctionName"] == {"Fn::Sub": "shoufa-${Stage}-" + verb.replace("_", "-")}


def test_every_function_has_its_log_group_with_an_end_and_waits_for_it(resources):
    groups = of_type(resources, "AWS::Logs::LogGroup")
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        group = name.replace("Function", "LogGroup")
        assert groups[group]["LogGroupName"] == {
            "Fn::Sub": f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"
        }
        assert groups[group]["RetentionInDays"] > 0
        assert resources[name]["DependsOn"] == group


def test_only_read_document_is_an_image(resources):
    functions = of_type(resources, "AWS::Lambda::Function")
    images = {name for name, function in functions.items() if function.get("PackageType") == "Image"}
    assert images == {"ReadDocumentFunction"}
    heavy = functions["ReadDocumentFunction"]
    assert (heavy["MemorySize"], heavy["Timeout"]) == (4096, 300)
    assert {f.get("Runtime") for name, f in functions.items() if name not in images} == {"python3.12"}


def test_what_opens_untrusted_bytes_gets_one_message_a_call(resources):
    sizes = {
        mapping["FunctionName"]["Ref"]: mapping["BatchSize"]
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    }
    assert sizes["ReceiveMailFunction"] == sizes["ReadDocumentFunction"] == 1


def test_the_bucket_keeps_versions_locks_without_default_and_is_closed(resources):
    (bucket,) = of_type(resources, "AWS::S3::Bucket").values()
    assert bucket["ObjectLockEnabled"] is True
    assert "ObjectLockConfiguration" not in bucket  # SES refuses a bucket with a default retention
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]


def test_notifications_filter_by_prefix_alone_and_may_be_sent(resources):
    (bucket,) = of_type(resources, "AWS::S3::Bucket").values()
    told = {}
    for notification in bucket["NotificationConfiguration"]["QueueConfigurations"]:
        ((name, prefix),) = [tuple(rule.values()) for rule in notification["Filter"]["S3Key"]["Rules"]]
        assert name == "prefix"
        told[prefix] = notification["Queue"]["Fn::GetAtt"][0]
    assert told == {
        "inbox/mail/": "MailsQueue", "inbox/decision/": "DecisionsQueue", "inbox/call/": "DecisionsQueue"
    }  # fmt: skip
    allowed = [policy["Queues"][0]["Ref"] for policy in of_type(resources, "AWS::SQS::QueuePolicy").values()]
    assert sorted(allowed) == sorted(set(told.values()))
    assert set(resources["InboxBucket"]["DependsOn"]) == set(of_type(resources, "AWS::SQS::QueuePolicy"))


def test_what_must_not_be_lost_outlives_the_stack(resources):
    for name in ("InboxBucket", "LedgerTable"):
        assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == (
            "Retain",
            "Retain",
        )
    table = resources["LedgerTable"]["Properties"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}


def statements(resources):
    """Yield (resource's name, statement) of every policy, both ways of each condition taken as there."""
    for name, properties in of_type(
        resources, "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"
    ).items():
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            for statement in document["Statement"]:
                yield name, statement["Fn::If"][1] if "Fn::If" in statement else statement


def as_list(value):
    return value if isinstance(value, list) else [value]


def test_nothing_is_allowed_by_a_wildcard(resources):
    allowed = [(name, s) for name, s in statements(resources) if s["Effect"] == "Allow"]
    assert len(allowed) > 20
    for name, statement in allowed:
        assert not [action for action in as_list(statement["Action"]) if "*" in action], name
        assert statement.get("Principal") != "*"
        if "*" in as_list(statement.get("Resource", [])):
            assert (name, statement["Sid"]) in WILD_RESOURCES


def test_objects_are_allowed_by_prefix_and_deleted_only_where_the_office_says_so(resources):
    for name, statement in statements(resources):
        actions = as_list(statement["Action"])
        if statement["Effect"] == "Deny":
            continue
        if [action for action in actions if action.startswith(("s3:Delete", "s3:Bypass"))]:
            assert (name, statement["Sid"]) == ("WatchSubmissionsRole", "EraseWhatIsOver")
            assert not [t for t in statement["Resource"] if "ledger" in str(t)]
        if any("Object" in action for action in actions):
            for target in as_list(statement["Resource"]):
                assert target["Fn::Sub"].startswith("${InboxBucket.Arn}/"), name
                assert len(target["Fn::Sub"].split("/")) >= 3, name


def test_erasing_by_itself_stands_behind_its_condition(resources):
    (policy,) = resources["WatchSubmissionsRole"]["Properties"]["Policies"]
    conditional = [s["Fn::If"] for s in policy["PolicyDocument"]["Statement"] if "Fn::If" in s]
    assert [(c[0], c[1]["Sid"]) for c in conditional] == [("ErasesByItself", "EraseWhatIsOver")]


def test_who_writes_to_the_office_knows_when_and_where(resources):
    for name in ("SendNoticeFunction", "WatchSubmissionsFunction"):
        told = resources[name]["Properties"]["Environment"]["Variables"]
        assert told["OFFICE_MAILBOX"] == {"Ref": "OfficeMailbox"}
        assert told["DIGEST_AT"] == {"Ref": "DigestAt"}
    watch = resources["WatchSubmissionsFunction"]["Properties"]["Environment"]["Variables"]
    assert watch["RETENTION"] == {"Ref": "Retention"}


def test_of_the_table_only_look_ups_can_be_deleted(resources):
    deleting = [s for _name, s in statements(resources) if "dynamodb:DeleteItem" in as_list(s["Action"])]
    assert deleting
    for statement in deleting:
        assert statement["Action"] == "dynamodb:DeleteItem"
        assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["INDEX#*"]}}


def rights(resources, role, prefix):
    """Return {action: targets} of a role, of one service."""
    found = {}
    for name, statement in statements(resources):
        for action in as_list(statement["Action"]):
            if name == role and action.startswith(prefix):
                found.setdefault(action, []).extend(as_list(statement["Resource"]))
    return found


def test_every_function_takes_from_its_own_queue_only(resources):
    for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        role = mapping["FunctionName"]["Ref"].replace("Function", "Role")
        assert rights(resources, role, "sqs:")["sqs:ReceiveMessage"] == [mapping["EventSourceArn"]]


def test_every_function_may_send_to_the_queues_it_is_told_of_and_to_no_other(resources):
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]
        told = {value["Ref"] for key, value in variables.items() if key.endswith("_QUEUE_URL")}
        targets = rights(resources, name.replace("Function", "Role"), "sqs:").get("sqs:SendMessage", [])
        assert {target["Fn::GetAtt"][0] for target in targets} == told
        uses_table = bool(rights(resources, name.replace("Function", "Role"), "dynamodb:"))
        assert uses_table == ("TABLE" in variables)


def test_what_reads_untrusted_documents_knows_no_ledger_no_mail_and_sends_nothing(resources):
    role = "ReadDocumentRole"
    assert not rights(resources, role, "dynamodb:")
    assert not rights(resources, role, "ses:")
    read = rights(resources, role, "s3:")["s3:GetObject"]
    assert sorted(target["Fn::Sub"] for target in read) == [
        "${InboxBucket.Arn}/facts/*",
        "${InboxBucket.Arn}/parts/*",
    ]


def test_every_function_reads_absence_as_absence(resources):
    for role in of_type(resources, "AWS::IAM::Role"):
        mine = rights(resources, role, "s3:")
        assert ("s3:ListBucket" in mine) == ("s3:GetObject" in mine), role


def test_every_role_is_written_out(resources):
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert function["Role"] == {"Fn::GetAtt": [name.replace("Function", "Role"), "Arn"]}
    assert not [r for r in of_type(resources, "AWS::IAM::Role").values() if "ManagedPolicyArns" in r]


def test_every_type_is_built_read_or_left_out_for_a_reason(resources):
    used = {resource["Type"] for resource in resources.values()}
    assert used <= {*BUILDERS, *READ, *NOT_BUILT}
    assert set(NOT_BUILT) <= used | {"AWS::Lambda::Permission"}


class Standing:
    """Stands for clients of a stack that is read and not made."""

    s3 = sqs = dynamodb = property(lambda self: self)
    meta = property(lambda self: self)
    region_name = "cn-north-1"
    partition = "aws-cn"


def test_the_functions_sources_and_schedules_can_be_read_in_china_too(expanded, monkeypatch):
    stack = Stack(expanded, Standing(), "123456789012")
    monkeypatch.setattr(stack, "ref", lambda name: f"ref-{name}")
    monkeypatch.setattr(stack, "attribute", lambda name, attribute: f"{attribute}-{name}")
    functions = read_functions(stack)
    assert {name: f.handler for name, f in functions.items()} == {
        name: f"handlers.{module}.handler" for name, module in VERBS.items()
    }
    assert merged_variables(functions.values())["SUBMISSIONS_QUEUE_URL"] == "ref-SubmissionsQueue"
    assert {s.queue: s.function.name for s in read_sources(stack, functions, {})} == {
        "MailsQueue": "ReceiveMailFunction",
        "DocumentsQueue": "ReadDocumentFunction",
        "SubmissionsQueue": "CheckCompletenessFunction",
        "NoticesQueue": "SendNoticeFunction",
        "DecisionsQueue": "ReceiveDecisionFunction",
    }
    assert {(s.function, s.every.total_seconds()) for s in read_schedules(stack)} == {
        ("WatchSubmissionsFunction", 60),
        ("PullMailboxFunction", 60),
    }


@pytest.mark.parametrize(
    ("parameters", "partition", "receives", "sends"),
    [
        ({"MailIn": "ses", "MailOut": "ses"}, "aws", True, True),
        ({"MailIn": "ses", "MailOut": "ses"}, "aws-cn", False, False),
        ({"MailIn": "imap", "MailOut": "smtp"}, "aws", False, False),
    ],
)
def test_ses_is_there_when_asked_for_and_never_in_china(monkeypatch, parameters, partition, receives, sends):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(Standing, "partition", partition)
    stack = Stack(expand(TEMPLATE, {**LOCAL_PARAMETERS, **parameters}), Standing(), "123456789012")
    active = {resource["Type"] for _name, resource in stack.active()}
    assert (active >= ONLY_OUTSIDE_CHINA) == receives
    assert bool(ONLY_OUTSIDE_CHINA & active) == receives
    assert stack.resolver.condition("SendsBySes") == sends


@pytest.mark.parametrize("way", ["imap", "ses", "smtp"])
def test_mailboxes_are_looked_at_only_where_mail_comes_by_imap(monkeypatch, way):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    stack = Stack(expand(TEMPLATE, {**LOCAL_PARAMETERS, "MailIn": way}), Standing(), "123456789012")
    active = {name for name, _resource in stack.active()}
    mine = {name for name in stack.template["Resources"] if name.startswith("PullMailbox")}
    assert len(mine) == 6  # function, role, log group, alarm, and the schedule with its permission
    assert active & mine == (mine if way == "imap" else set())


def test_a_mailbox_is_left_alone_for_as_long_as_a_call_may_take(resources):
    function = resources["PullMailboxFunction"]["Properties"]
    assert function["Timeout"] == LEASE.total_seconds()
    assert function["Timeout"] > SPENT.total_seconds() + MAIL_SECONDS


def test_a_password_is_never_a_parameter(resources):
    told = resources["PullMailboxFunction"]["Properties"]["Environment"]["Variables"]
    secret = {"Fn::Sub": "{{resolve:secretsmanager:${ImapSecret}:SecretString}}"}
    assert told["IMAP_PASSWORDS"] == {"Fn::If": ["HasImapSecret", secret, ""]}
    assert told["IMAP_MAILBOXES"] == {"Ref": "ImapMailboxes"}
    assert told["IMAP_SINCE"] == {"Ref": "ImapSince"}


def test_who_takes_mail_from_a_mailbox_writes_where_that_belongs_and_deletes_nothing(resources):
    written = rights(resources, "PullMailboxRole", "s3:")["s3:PutObject"]
    assert sorted(target["Fn::Sub"] for target in written) == [
        "${InboxBucket.Arn}/inbox/envelope/imap/*",
        "${InboxBucket.Arn}/inbox/mail/imap/*",
        "${InboxBucket.Arn}/mailboxes/*",
    ]
    mine = [s for name, s in statements(resources) if name == "PullMailboxRole"]
    (table,) = [s for s in mine if "dynamodb:PutItem" in as_list(s["Action"])]
    assert table["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["INDEX#*"]}}


def test_the_images_own_file_runs_the_same_handler():
    dockerfile = (ROOT / "infra/image/Dockerfile").read_text(encoding="utf-8")
    assert 'CMD ["handlers.step2_read_document.handler"]' in dockerfile
