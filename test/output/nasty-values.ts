import type { Json, JsonObject } from '../../src/core/json.ts';

/** Strings that JSON, YAML or a terminal could trip over. */
export const scalars: readonly string[] = [
  ['', ' ', '  ', ' lead', 'trail ', 'a b', 'a  b', '\t', 'tab\tx', '\r', 'x\r\ny', '\n', '\n\n', 'nl\nx', 'x\n'],
  ['a\n\nb\n\n', '  ind\nx', '\nfirst', 'x \ny', 'x\n y', 'x\n ', '{"a":1}\n', 'é\n日本\n', 'emoji\n😀\n'],
  ['a: b', 'a:b', 'a:', ':', ': ', ':a', '- a', '-a', '-', '--', '---', '--- a', '...', '..', '?', '? a', '?a'],
  ['#b', 'a#b', 'a #b', 'a\t#b', "it's", "'q'", '"q"', 'a"b', 'back\\slash', '\\', '*', '&', '!', '|', '>', '%'],
  ['@', '`', ',', '[', ']', '{', '}', '<a&b>', '=', '<<', '~', '~a', '/', 'http://x:80/', 'a,b', 'a{}', '[a]'],
  ['y', 'Y', 'yes', 'No', 'on', 'oN', 'OFF', 'True', 'tRUE', 'null', 'nULL', 'Null', 'NaN', '.nan', '.NaN', '.inf'],
  ['+.INF', '-.Inf', 'Infinity', '123', '-1', '+1', '1.10', '1.2.3', '1_000', '1__0', '_1', '1_', '08', '017', '0o17'],
  [
    '0o8',
    '0x',
    '0x1F',
    '0X1f',
    '-0x1F',
    '0b11',
    '-0b11',
    '0b2',
    '1e3',
    '1e',
    '1e400',
    '.5',
    '.5e3',
    '.5_0',
    '.',
    '.e3',
  ],
  ['9223372036854775808', '18446744073709551615', '18446744073709551616', '-9223372036854775809', '0xFFFFFFFFFFFFFFFF'],
  ['0x1FFFFFFFFFFFFFFFFF', '1Gi', '100m', '1h', '1,000', '1:30', '12:30:45', '1:30.5', '1:60', '190:20:30', 'v1'],
  ['2024-01-01', '2024-1-1', '2024-02-30', '2024-02-29', '2023-02-29', '2024-13-01', '2024-01-01T00:00:00Z'],
  [
    '2024-1-1t1:2:3.5+01:00',
    '2024-01-01 10:00:00',
    '2024-01-01  10:00:00,25',
    '2024-01-01T10:00:00',
    '2024-01-01T24:00:00Z',
  ],
  ['é', 'ÿ', '\u00a0', '\u200b', '\u0301', '日本語', '😀', 'emoji😀', '\ue000', '\ufffd', '\ufeff', 'a\ufeffb \u00a0'],
  [
    '\ufeffb \u00a0x',
    '\u2028',
    'a\u2028b',
    'a\u2029 b',
    'a\u2028\nb',
    'a\u0085b',
    'a \u0085 b',
    'a\u0085\u0085b',
    '\u0000',
  ],
  ['\u0007\b\u000b\f\u001b', '\u0001\u001f', 'a\u0001 b', `${'word '.repeat(40)}end`, `${'word '.repeat(40)}: end`],
  [`${'word '.repeat(40)}\u0001end`, `${'wide 日本 '.repeat(20)}`, `${'two  spaces '.repeat(20)}x`, 'x'.repeat(200)],
  [`it's ${'quoted: '.repeat(30)}`, `${'a\u2028b '.repeat(30)}x`, `\t${'two  spaces '.repeat(20)}x`],
].flat();

/** Number tokens, as they stand in a request. */
export function numbers(): readonly Json[] {
  const tokens = [
    '0',
    '-0',
    '-1',
    '1.0',
    '1e6',
    '1E5',
    '1234567.5',
    '12345678901234567890',
    '1e-7',
    '1e20',
    '1e21',
    '0.1',
  ];
  const integers = [
    '9007199254740991',
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
    '123456789012345678',
  ];
  const floats = [
    '100000.5',
    '0.0001',
    '0.00001',
    '-1.5e-300',
    '1.7976931348623157e308',
    '18446744073709551616',
    '5e-324',
  ];
  return [...tokens, ...integers, ...floats].map((token) => JSON.rawJSON(token));
}

/** Maps with awkward keys, and lists and maps in every nesting. */
export function structures(): JsonObject {
  const awkward = [
    'y',
    'n',
    '',
    '1',
    '10',
    '9',
    'a10',
    'a2',
    'A',
    '_u',
    'app-x',
    'app',
    'app.kubernetes.io/name',
    'a b',
  ];
  const quoted = [
    'true',
    'null',
    '1.5',
    'a: b',
    '- a',
    ' a',
    '#',
    "'",
    '"',
    '\\',
    '日本',
    '😀',
    '\uffee',
    'a\nb',
    'tab\t',
  ];
  const maps = [...awkward, ...quoted].map((key) => ({ [key]: key }));
  return {
    maps: maps.map((map) => map),
    natural: { _u: '1', '1a': 'z', A: 'x', a2: '2', a10: '1', app: 'w', 'app-x': 'v', b: 'true', y: 'yes', Z: '' },
    long: { ['k'.repeat(128)]: 1, ['l'.repeat(129)]: { a: [1, [2]] }, ['m'.repeat(130)]: ['x', { b: 1 }] },
    broken: { 'a\nb': ['x'], 'c\n': { d: 1 }, 'e\u2028f': 'g', 'h \ni': [] },
    empty: [[], {}, [[]], [{}], { a: [] }, { a: {} }, null, [null]],
    nested: [
      [1, [2, [3, [{ a: [[4]] }]]]],
      [{ b: 1, c: 2 }, { d: [{ e: 1 }, { f: 2 }] }],
    ],
    bytes: { '\uffee': 1, '😀': 2, '\ud7ff': 3 },
    last: 'ends with\n\n',
  };
}

/** What the templates below walk over, as the `spec` of an object. */
export function pathSubject(): JsonObject {
  return {
    items: [
      { name: 'p1', n: 1, l: ['x', 'y'], c: [{ image: 'img<1>' }] },
      { name: 'p2', n: 2.5, l: [], t: true },
      { name: 'p3', n: 10, l: ['z'], nul: null },
      null,
    ],
    nul: null,
    emptyS: '',
    emptyM: {},
    emptyA: [],
    s: 'é😀<a&b>',
    big: JSON.rawJSON('9007199254740993'),
    e6: 1_000_000,
    e7: 12_345_678.5,
    huge: JSON.rawJSON('12345678901234567890'),
    arr: [1, 2, 3, 4, 5, 6],
    nest: [[1, 2], [3], []],
    o: [{ k: 'a', v: 1 }, { k: 'b', v: 2 }, { v: 3 }],
    control: 'a\u0001\u007f\u200b\t\n"\\',
    dotted: { 'app.kubernetes.io/name': 'w', app: 'web' },
    one: { z: { y: { w: [1] } } },
  };
}

/** Without wildcards or descent over maps of several members: kubectl visits those in random order. */
export const jsonPathTemplates: readonly string[] = String.raw`
plain text
{.kind} } x
{}
{@.kind}{$.kind}{@.kind .metadata}
{.}
{.spec.dotted.app\.kubernetes\.io/name}{.spec.dotted['app\.kubernetes\.io/name']}
{.spec.dotted['app.kubernetes.io/name']}
{.spec.dotted["app"]}
{.spec['s','big']}{.spec['s', 'big' ]}
{.spec.arr[0]} {.spec.arr[-1]} {.spec.arr[-1:]} {.spec.arr[1:3]} {.spec.arr[::2]} {.spec.arr[*]} {.spec.arr[]}
{.spec.arr[0,2]} {.spec.arr[:2]} {.spec.arr[2:]} {.spec.arr[2:2]} {.spec.arr[-2:-1]}
{.spec.arr[6]}
{.spec.arr[-7]}
{.spec.arr[2:9]}
{.spec.arr[2:1]}
{.spec.arr[0:3:0]}
{.spec.arr[6:]}
{.spec.arr[ 1 ]}
{.spec.arr[a]}
{.spec.arr[-]}
{.spec.arr[1}
{.spec.emptyA[0]}
{.spec.emptyA[*]}
{.spec.s[0]}
{.spec.emptyM[0]}
{.spec.big[0]}
{.spec.huge[0]}
{.spec.nest[*][0]}
{.spec.nest[*][*]}
{.spec.items[*].l[*]}
{.spec.items[*]['name','n']}
{.spec.items[*].nul}|{.spec.nul}|{.spec.emptyS}|{.spec.emptyM}|{.spec.emptyA}|{.spec.missing}|
{range .spec.items[*]}{.name}{"\t"}{.n}{"\n"}{end}
{range .spec.items[*]}{@}{end}
{range .spec.items[*]}x
{range .spec.items[*]}[{range .l[*]}<{@}>{end}]{end}done
{range .spec.items[*]}{range .l[*]}{@}{end}
{range .spec.none[*]}a{.x}{end}b
{range .spec.items[*]}{.name}{end}{end}
{end}
{.spec.items[?(@.n>1)].name}
{.spec.items[?(@.name=="p2")].n}{.spec.items[?(@.name!="p2")].name}{.spec.items[?(@.t)].name}
{.spec.items[?(@.t<true)].name}
{.spec.items[?(@.l==1)].name}
{.spec.o[?(@.v>=2)].v}{.spec.o[?(2<@.v)].v}{.spec.o[?(@.k>'a')].v}
{.spec.o[?(@.v>1.0)].v}
{.spec.o[?(@.v=2)].v}
{.spec.o[?(@.v<>2)].v}
{.spec.o[?(@.v==2 && @.k=="b")].v}
{.spec.o[?(@.v==2 || @.k=="b")].v}
{.spec.o[?(@ in 3)].v}
{.spec.o[?(@.k==")")]}
{.spec.o[?(@.k=="b"].v}
{.spec.o[?(@.k=="b")}
{.spec.nest[?(@[*]==1)]}
{.spec.nest[?(@[5])]}
{.spec.o[?(@.k[0])].k}
{.spec.s[?(@.x)]}
{.spec.emptyM[?(@.x)]}
{.spec.nul[?(@.x)]}
{items}
{.kind "x" }{'it\'s "q"'}{"a\u00e9\x41\101\U0001F600\n"}
{"\q"}
{"abc}
{.kind
{.kind&}
{.kind~}
{......}
{..*}
{.spec.one..y}{.spec.one..w[0]}{.spec.one.*.*}
{.spec.arr..}
{1} {1.0} {1.50} {-3} {+4} {true} {false} {12345678.5}
{-}
{1..2}
{.spec.big} {.spec.huge} {.spec.e6} {.spec.e7}
{.spec.s}{.spec.control}{.spec.o}
{.spec.items[0:2].c[*].image}
{.spec.arr[0,9]}`
  .split('\n')
  .slice(1);
