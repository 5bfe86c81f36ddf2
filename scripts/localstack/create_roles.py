"""Creates roles in a stand-in that enforces policies: reads `{name: policy}` as JSON, prints `{name: credentials}`.
Arguments: the folder with botocore, the stand-in's URL."""

import json
import sys

folder, url = sys.argv[1:]
sys.path.insert(0, folder)

import botocore.session  # noqa: E402

session = botocore.session.get_session()


def connect(service):
    return session.create_client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


iam, sts = connect("iam"), connect("sts")
trust = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
credentials = {}
for name, policy in json.load(sys.stdin).items():
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]
    credentials[name] = {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
print(json.dumps(credentials))
