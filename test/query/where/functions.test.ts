import { describe, expect, test } from 'vitest';
import { parseCel } from '../../../src/query/where/cel-library.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const valueOf = (text: string): unknown => parseCel(text)({});

/** From the documentation of Kubernetes 1.36 (Common Expression Language in Kubernetes), and edges of each. */
const truths: Readonly<Record<string, readonly string[]>> = {
  quantities: [
    'quantity("500000G").isInteger() == true',
    'quantity("50k").asInteger() == 50000',
    'quantity("9999999999999999999999999999999999999G").isInteger() == false',
    'quantity("50k").asApproximateFloat() == 50000.0',
    'quantity("200M").compareTo(quantity("0.2G")) == 0',
    'quantity("50M").compareTo(quantity("50Mi")) == -1',
    'quantity("50Mi").compareTo(quantity("50M")) == 1',
    'quantity("150Mi").isGreaterThan(quantity("100Mi"))',
    'quantity("50M").isLessThan(quantity("100M"))',
    'quantity("50k").add(quantity("20k")) == quantity("70k")',
    'quantity("50k").add(20) == quantity("50020")',
    'quantity("50k").sub(quantity("20k")) == quantity("30k")',
    'quantity("50k").sub(20000) == quantity("30k")',
    'quantity("-1").sign() == -1 && quantity("0").sign() == 0 && quantity("1m").sign() == 1',
    'isQuantity("1.5Gi") && !isQuantity("1.5GiB") && !isQuantity("")',
    'quantity("100m") != quantity("1")',
  ],
  addresses: [
    'isIP("127.0.0.1") && isIP("::1") && !isIP("127.0.0.256") && !isIP(":::1") && !isIP("1.2.3.4/8")',
    '!isIP("fe80::1%eth0") && !isIP("::ffff:1.2.3.4") && !isIP("01.2.3.4")',
    'ip("127.0.0.1").family() == 4 && ip("::1").family() == 6',
    'string(ip("2001:db8:0:0:0:0:0:1")) == "2001:db8::1" && string(ip("1:0:0:2:0:0:0:3")) == "1:0:0:2::3"',
    'ip("2001:db8::abcd") == ip("2001:DB8:0:0::ABCD") && ip("1.2.3.4") != ip("1.2.3.5")',
    'ip("127.0.0.1").isLoopback() && ip("::1").isLoopback() && !ip("10.0.0.1").isLoopback()',
    'ip("0.0.0.0").isUnspecified() && ip("::").isUnspecified()',
    'ip("224.0.0.1").isLinkLocalMulticast() && ip("ff02::1").isLinkLocalMulticast() && ip("ff12::1").isLinkLocalMulticast()',
    '!ip("ff05::1").isLinkLocalMulticast()',
    'ip("169.254.1.1").isLinkLocalUnicast() && ip("fe80::1").isLinkLocalUnicast()',
    'ip("192.168.0.1").isGlobalUnicast() && !ip("255.255.255.255").isGlobalUnicast()',
    'cidr("192.168.0.0/24").containsIP("192.168.0.1") && !cidr("192.168.0.0/24").containsIP(ip("192.168.1.1"))',
    'cidr("::1/128").containsIP("::1") && !cidr("0.0.0.0/0").containsIP("::1")',
    'cidr("192.168.0.0/16").containsCIDR("192.168.10.0/24") && !cidr("192.168.0.0/24").containsCIDR("192.168.0.0/16")',
    'cidr("192.168.0.1/24").ip() == ip("192.168.0.1") && cidr("192.168.0.1/24").masked() == cidr("192.168.0.0/24")',
    'cidr("::1/128").prefixLength() == 128 && isCIDR("::/0") && !isCIDR("1.2.3.4/33") && !isCIDR("1.2.3.4")',
  ],
  urls: [
    'isURL("https://example.com:80/") && !isURL("https://a:b") && isURL("/path") && !isURL("no url")',
    '!isURL(" https://example.com") && !isURL("/a%zz") && isURL("https://example.com:99999/")',
    'url("https://example.com").getEscapedPath() == "" && url("https://a/a/../b").getEscapedPath() == "/a/../b"',
    'url("https://EXAMPLE.com/").getHost() == "EXAMPLE.com"',
    'url("https://example.com:80/").getHost() == "example.com:80" && url("https://example.com/").getHost() == "example.com"',
    'url("https://[::1]:80/").getHost() == "[::1]:80" && url("https://[::1]:80/").getHostname() == "::1"',
    'url("/path").getHost() == "" && url("/path").getScheme() == "" && url("https://a/").getScheme() == "https"',
    'url("https://example.com:80/").getPort() == "80" && url("https://example.com/").getPort() == ""',
    'url("https://example.com/path with spaces/").getEscapedPath() == "/path%20with%20spaces/"',
    'url("https://example.com/path?k1=a&k2=b&k2=c").getQuery() == {"k1": ["a"], "k2": ["b", "c"]}',
  ],
  lists: [
    '[1, 2, 3].isSorted() && !["b", "a"].isSorted() && [].isSorted()',
    '[1, 2, 3].sum() == 6 && [1.5, 2.5].sum() == 4.0 && [].sum() == 0',
    '[2, 1, 3].min() == 1 && [2, 1, 3].max() == 3 && ["b", "a"].max() == "b"',
    '[[1], [2]].indexOf([2]) == 1 && [duration("1s"), duration("2s")].sum() == duration("3s")',
    '[1, 2, 2, 3].indexOf(2) == 1 && [1, 2, 2, 3].lastIndexOf(2) == 2 && ["a"].indexOf("b") == -1',
    '[1, 2].all(x, x > 0) && [1, 2].exists_one(x, x == 2) && [1, 2, 3].filter(x, x > 1).map(x, x * 2) == [4, 6]',
  ],
  texts: [
    '"abc 123".find("[0-9]+") == "123" && "abc".find("[0-9]+") == ""',
    '"POD-1".find("(?i)pod") == "POD" && "a-b".find("a\\\\-") == "a-"',
    '"123 abc 456".findAll("[0-9]+") == ["123", "456"] && "1 2 3".findAll("[0-9]", 2) == ["1", "2"]',
    '"abc".matches("^a.c$") && "a-b-c".split("-") == ["a", "b", "c"] && ["a", "b"].join("-") == "a-b"',
    '"hello hello".replace("he", "we", 1) == "wello hello" && "aXbX".replace("X", "$&") == "a$&b$&"',
    '"tacocat".charAt(1) == "a" && "äöü".reverse() == "üöä" && " a ".trim() == "a"',
    '"TacoCat".lowerAscii() == "tacocat" && "taco".substring(1, 3) == "ac" && "tacocat".lastIndexOf("ac") == 1',
  ],
  optionals: [
    '{"a": 1}.?a.orValue(0) == 1 && {"a": 1}.?b.orValue(7) == 7 && !{"a": 1}[?"b"].hasValue()',
    'optional.of(1).value() == 1 && optional.none().or(optional.of(2)).value() == 2',
    '{"a": {"b": 3}}.?a.?b.orValue(0) == 3',
  ],
  times: [
    'timestamp("2026-01-02T03:04:05Z") > timestamp("2026-01-01T00:00:00+01:00")',
    'timestamp("2026-01-02T00:00:00Z") - timestamp("2026-01-01T00:00:00Z") == duration("24h")',
    'timestamp(timestamp("2026-01-02T00:00:00Z")).getFullYear() == 2026 && duration("90m").getHours() == 1',
  ],
};

describe.each(Object.entries(truths))('functions for %s', (_what, expressions) => {
  test.each(expressions)('%s', (text) => {
    expect(valueOf(text)).toBe(true);
  });
});

test.each([
  ['quantity("x")', '"x" is no quantity'],
  ['quantity("1.5").asInteger()', 'the quantity is no integer of 64 bits'],
  ['ip("1.2.3")', '"1.2.3" is no IP address'],
  ['cidr("1.2.3.4")', '"1.2.3.4" is no CIDR'],
  ['url("no url")', '"no url" is no URL'],
  ['[].min()', 'an empty list has neither least nor greatest'],
  ['["a", "b"].sum()', 'only numbers and durations have a sum'],
  ['[9223372036854775807, 1].sum()', 'the sum is no integer of 64 bits'],
  ['[quantity("1"), quantity("2")].max()', 'these values have no order'],
  ['"a".find("[")', '"[" is no pattern'],
  ['quantity("1e2000000000").add(quantity("1"))', 'the quantities are too far apart to be added'],
  ['"abc".charAt(9)', 'there is no character 9'],
])('%s says why it has no value, and where', (text, message) => {
  const error = thrownBy(() => valueOf(text));
  expect(error).toMatchObject({ code: 'invalid_argument', summary: message });
});
