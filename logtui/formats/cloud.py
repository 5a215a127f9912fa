"""Access and flow logs of Amazon Web Services: load balancers, S3, CloudFront, VPC."""

from __future__ import annotations

from typing import Final

from logtui.formats.access import status_level
from logtui.formats.shapes import CLF_TIME, ISO_TIME
from logtui.formats.table import Table, columns_named

_TARGETS: Final = (
    "client:port target:port request_processing_time target_processing_time response_processing_time elb_status_code "
    "target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol"
)

ALB: Final = Table(
    name="alb",
    columns=columns_named(
        f"type time_text elb {_TARGETS} target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority "
        "request_creation_time actions_executed redirect_url error_reason target:port_list target_status_code_list "
        "classification classification_reason conn_trace_id"
    ),
    quoting="escaped",
    least=17,
    more=True,
    opening=rf"^(?:https?|h2|grpcs|wss?) {ISO_TIME} ",
    shown=("request", "elb_status_code"),
    severity=("elb_status_code", status_level),
    samples=(
        "https 2025-07-22T12:34:56.789012Z app/shop/50dc6c495c0c9188 10.0.0.7:2817 10.0.0.1:80 0.086 0.048 0.037 503 "
        '503 0 57 "GET https://shop.example.com:443/cart HTTP/1.1" "curl/8.5" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 '
        'arn:aws:targetgroup/shop "Root=1-58337281" "shop.example.com" "-" 1 2025-07-22T12:34:56.364000Z '
        '"forward" "-" "-" "10.0.0.1:80" "503" "-" "-"',
    ),
)
"""Application Load Balancer (Elastic Load Balancing documentation, access log entries)."""

NLB: Final = Table(
    name="nlb",
    columns=columns_named(
        "type version time_text elb listener client:port destination:port connection_time tls_handshake_time "
        "received_bytes sent_bytes incoming_tls_alert chosen_cert_arn chosen_cert_serial "
        "tls_cipher tls_protocol_version tls_named_group domain_name alpn_fe_protocol alpn_be_protocol "
        "alpn_client_preference_list tls_connection_creation_time"
    ),
    quoting="escaped",
    least=18,
    more=True,
    opening=rf"^tls \S+ {ISO_TIME} ",
    samples=(
        "tls 2.0 2025-07-22T12:34:56 net/shop/c6e77e28 g3d4b5e8 10.0.0.7:51341 10.0.0.1:443 5 2 98 246 - "
        "arn:aws:acm:certificate/2a10 - ECDHE-RSA-AES128-SHA tlsv12 - shop.example.com - - - 2025-07-22T12:34:56",
    ),
)
"""Network Load Balancer (Elastic Load Balancing documentation, access log entries)."""

ELB: Final = Table(
    name="elb",
    columns=columns_named(f"time_text elb {_TARGETS}".replace("target", "backend")),
    quoting="escaped",
    least=12,
    opening=rf"^{ISO_TIME} \S+ \S+:\d+ \S+ -?[\d.]+ -?[\d.]+ -?[\d.]+ ",
    shown=("request", "elb_status_code"),
    severity=("elb_status_code", status_level),
    samples=(
        "2025-07-22T12:34:56.945958Z shop-lb 10.0.0.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "
        '"GET http://shop.example.com:80/ HTTP/1.1" "curl/8.5" - -',
    ),
)
"""Classic Load Balancer (Elastic Load Balancing documentation, access log entries)."""

S3: Final = Table(
    name="s3",
    columns=columns_named(
        "bucket_owner bucket time_text remote_ip requester request_id operation key request status error_code "
        "response_bytes object_size total_time turn_around_time referrer user_agent version_id host_id "
        "signature_version cipher_suite authentication_type host_header tls_version access_point_arn "
        "acl_required"
    ),
    quoting="escaped",
    least=17,
    more=True,
    opening=rf"^\S+ \S+ \[{CLF_TIME}\] \S+ \S+ \S+ [A-Z0-9_]+\.",
    shown=("operation", "key", "request", "status"),
    severity=("status", status_level),
    samples=(
        "79a59df9 shop-assets [22/Jul/2025:12:34:56 +0000] 10.0.0.7 79a59df9 3E57427F3EXAMPLE REST.GET.OBJECT "
        'img/a.png "GET /shop-assets/img/a.png HTTP/1.1" 404 NoSuchKey 243 - 7 - "-" "S3Console/0.4" -',
    ),
)
"""S3 server access logs (Amazon S3 documentation, log format)."""

VPC_FLOW_FIELDS: Final = columns_named(
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
    "log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type "
    "sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-name "
    "reject-reason"
)
"""Names of the columns that a flow log may have (Amazon VPC documentation, flow log records)."""

VPC_FLOW: Final = Table(
    name="vpcflow",
    columns=tuple("time_text" if name == "start" else name for name in VPC_FLOW_FIELDS[:14]),
    opening=r"^2 (?:\d{12}|unknown) eni-",
    samples=(
        "2 123456789010 eni-1235b8ca12 10.0.0.7 10.0.0.9 20641 22 6 20 4249 1753187696 1753187756 ACCEPT OK",
        "2 123456789010 eni-1235b8ca12 - - - - - - - 1753187696 1753187756 - NODATA",
    ),
)
"""VPC flow logs in their default format, version 2 (Amazon VPC documentation, flow log records)."""

CLOUDFRONT: Final = Table(
    name="cloudfront",
    columns=columns_named(
        "time_text time_text x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
        "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol "
        "cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type "
        "cs-protocol-version"
    ),
    separator="\t",
    least=20,
    more=True,
    opening=r"^\d{4}-\d{2}-\d{2}\t\d{2}:\d{2}:\d{2}\t",
    shown=("cs-method", "cs-uri-stem", "sc-status"),
    severity=("sc-status", status_level),
    samples=(
        "2025-07-22\t12:34:56\tIAD53\t2242\t10.0.0.7\tGET\td27.cloudfront.net\t/a.pdf\t404\t-\tcurl/8.5\t-\t-\tError\t7a1\t"
        "www.example.com\thttps\t87\t0.004\t-\tTLSv1.2\tECDHE\tError\tHTTP/2.0",
    ),
)
"""CloudFront standard logs (Amazon CloudFront documentation, log file fields)."""
