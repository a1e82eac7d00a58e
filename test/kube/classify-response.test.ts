import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { type Answer, classifyAnswer, classifyForeignBody, classifyStatus } from '../../src/kube/classify-response.ts';
import type { FailureClass } from '../../src/kube/failure.ts';

/** A Status object as kube-apiserver 1.36 sends it. */
function status(code: number, message: string, reason?: string, details?: JsonObject): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

const plain = 'text/plain; charset=utf-8';

function answer(code: number, body: JsonObject | string, more: Partial<Answer> = {}): Answer {
  const isText = typeof body === 'string';
  const contentType = isText ? plain : 'application/json';
  return { status: code, contentType, retryAfter: '', body: isText ? body : `${JSON.stringify(body)}\n`, ...more };
}

const tooLarge = {
  causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
  retryAfterSeconds: 1,
};
const watchListForbidden =
  'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
const invalidVersion = 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax';
const listForbidden =
  'configmaps is forbidden: User "viewer" cannot list resource "configmaps" in API group "" in the namespace "default"';
const frozen =
  '{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}';

const cases: readonly (readonly [string, Answer, FailureClass])[] = [
  [
    'a resourceVersion ahead of the cache',
    answer(504, status(504, 'Timeout: Too large resource version: 1313, current: 313', 'Timeout', tooLarge)),
    'ahead',
  ],
  ['the same from a server of 2020, without causes', answer(504, 'Too large resource version: 5, current: 3'), 'ahead'],
  [
    'an expired continue token',
    answer(410, {
      ...status(410, 'The provided continue parameter is too old to display a consistent list result.', 'Expired'),
      metadata: { continue: 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTF9' },
    }),
    'expired',
  ],
  [
    'a compacted exact list',
    answer(410, status(410, 'The resourceVersion for the provided list is too old.', 'Expired')),
    'expired',
  ],
  ['a 410 of an aggregated server without a body', answer(410, ''), 'expired'],
  [
    'a switched off WatchList',
    answer(
      422,
      status(422, `ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: ${watchListForbidden}`, 'Invalid', {
        group: 'meta.k8s.io',
        kind: 'ListOptions',
        causes: [{ reason: 'FieldValueForbidden', message: watchListForbidden, field: 'sendInitialEvents' }],
      }),
    ),
    'server',
  ],
  ['a list from a bad resourceVersion', answer(400, status(400, invalidVersion, 'BadRequest')), 'version-refused'],
  ['a watch from a bad resourceVersion', answer(500, status(500, invalidVersion)), 'version-refused'],
  [
    'a resourceVersion that is invalid by its cause',
    answer(
      422,
      status(422, 'ListOptions.meta.k8s.io "" is invalid', 'Invalid', {
        causes: [{ reason: 'FieldValueInvalid', message: 'no', field: 'resourceVersion' }],
      }),
    ),
    'version-refused',
  ],
  ['a refused credential', answer(401, status(401, 'Unauthorized', 'Unauthorized')), 'unauthorized'],
  ['a login page with 401', answer(401, '<html>', { contentType: 'text/html' }), 'unauthorized'],
  ['a forbidden list', answer(403, status(403, listForbidden, 'Forbidden', { kind: 'configmaps' })), 'forbidden'],
  [
    'a forbidden path',
    answer(403, status(403, 'forbidden: User "viewer" cannot get path "/apis"', 'Forbidden', {})),
    'forbidden',
  ],
  [
    'a missing credential, which makes the caller anonymous',
    answer(403, status(403, 'pods is forbidden: User "system:anonymous" cannot list resource "pods"', 'Forbidden')),
    'unauthorized',
  ],
  ['an unknown group', answer(404, '404 page not found\n'), 'not-found'],
  [
    'an unknown type in a known group',
    answer(404, status(404, 'the server could not find the requested resource', 'NotFound', {})),
    'not-found',
  ],
  ['a verb that is not served', answer(405, status(405, 'the server does not allow this method')), 'not-allowed'],
  [
    'a representation that is not served',
    answer(406, status(406, 'only the following media types', 'NotAcceptable')),
    'not-acceptable',
  ],
  ['an unsupported media type', answer(415, ''), 'not-acceptable'],
  [
    'an overloaded server',
    answer(429, 'Too many requests, please try again later.\n', { retryAfter: '1' }),
    'throttled',
  ],
  [
    'a cache that is not ready',
    answer(429, status(429, 'storage is (re)initializing', 'TooManyRequests', { retryAfterSeconds: 1 })),
    'not-ready',
  ],
  [
    'a cache that cannot be filled',
    answer(429, status(429, 'storage is (re)initializing: failed to list widgets: x', 'TooManyRequests')),
    'server',
  ],
  [
    'a server that starts',
    answer(
      503,
      status(
        503,
        'the request has been made before all known HTTP paths have been installed, please try again',
        'ServiceUnavailable',
        { retryAfterSeconds: 5 },
      ),
      { retryAfter: '5' },
    ),
    'server',
  ],
  ['an aggregated API that is away', answer(503, 'service unavailable\n'), 'unavailable'],
  ['a gateway that answers in JSON of its own', answer(503, '{"message":"no peer in the ring"}'), 'unavailable'],
  ['a gateway whose server is too slow', answer(504, 'upstream request timeout'), 'unavailable'],
  ['a store that is frozen', answer(504, frozen), 'server'],
  [
    'a plain server error',
    answer(500, status(500, 'etcdserver: mvcc: database space exceeded', 'InternalError')),
    'server',
  ],
  ['a proxy that wants a login', answer(407, 'Proxy Authentication Required'), 'unreachable'],
  [
    'a gateway without a cluster behind it',
    answer(502, '<html><h1>502 Bad Gateway', { contentType: 'text/html' }),
    'unreachable',
  ],
  ['a load balancer without a cluster behind it', answer(503, '\n<!DOCTYPE html>', { contentType: '' }), 'unreachable'],
  [
    'a page that forbids, which no API server sends',
    answer(403, '<html>blocked', { contentType: 'text/html' }),
    'not-api',
  ],
  ['a page that finds nothing', answer(404, '<html>', { contentType: 'text/html; charset=utf-8' }), 'not-api'],
  ['a redirect to a login', answer(302, '', { contentType: '' }), 'not-api'],
  ['a permanent redirect', answer(308, '<a href="https://sso/">Moved</a>', { contentType: 'text/html' }), 'not-api'],
];

describe('an answer that is no success', () => {
  test.each(cases)('%s', (_what, given, expected) => {
    expect(classifyAnswer(given).class).toBe(expected);
  });

  test('keeps status, reason and message, or the first line of a text', () => {
    const told = classifyAnswer(answer(403, status(403, ` ${listForbidden}\n`, 'Forbidden')));
    expect(told).toMatchObject({ status: 403, reason: 'Forbidden', message: listForbidden });
    expect(classifyAnswer(answer(503, 'service unavailable\nrest')).message).toBe('service unavailable');
    expect(classifyAnswer(answer(502, '<html><body>secret page', { contentType: 'text/html' })).message).toBe(
      'a gateway in front of the API server answers HTTP 502',
    );
    expect(classifyAnswer(answer(500, '')).message).toBe('HTTP 500');
    expect(classifyAnswer(answer(500, 'x'.repeat(5_000))).message).toHaveLength(300);
  });

  test('reads a Status that is pretty-printed, cut short or of another type', () => {
    const pretty = JSON.stringify(status(410, 'too old', 'Expired'), null, 2);
    expect(classifyAnswer(answer(500, pretty)).class).toBe('expired');
    expect(classifyAnswer(answer(500, pretty.slice(0, 40))).class).toBe('server');
    for (const body of ['[1]', 'null', '"text"', '{"details":[],"message":7,"code":"x"}', '{"details":{"causes":7}}']) {
      expect(classifyAnswer(answer(500, body)).class, body).toBe('server');
    }
  });
});

describe('what the server asks to wait', () => {
  test.each<[string, Answer, number | undefined]>([
    ['is the header', answer(429, '', { retryAfter: '7' }), 7_000],
    ['is in the body', answer(429, status(429, 'x', 'TooManyRequests', { retryAfterSeconds: 3 })), 3_000],
    [
      'is the header when both tell',
      answer(429, status(429, 'x', 'TooManyRequests', { retryAfterSeconds: 3 }), { retryAfter: '9' }),
      9_000,
    ],
    ['is nothing without either', answer(429, ''), undefined],
    ['is nothing for zero', answer(429, '', { retryAfter: '0' }), undefined],
    ['is nothing for a negative number', answer(429, '', { retryAfter: '-5' }), undefined],
    ['is nothing for nonsense', answer(429, '', { retryAfter: 'soon' }), undefined],
    ['is nothing for a text in the body', answer(429, status(429, 'x', 'y', { retryAfterSeconds: '3' })), undefined],
    ['counts for 5xx too', answer(503, '', { retryAfter: '5' }), 5_000],
  ])('%s', (_what, given, expected) => {
    expect(classifyAnswer(given).retryAfterMs).toBe(expected);
  });
});

describe('an ERROR event', () => {
  test.each<[string, JsonObject, FailureClass]>([
    [
      'a deletion whose last state is compacted',
      status(
        500,
        'Internal error occurred: etcd event received with PrevKv=nil (key="/registry/events/a/b", …)',
        'InternalError',
      ),
      'expired',
    ],
    ['expired', status(410, 'too old resource version: 911 (937)', 'Expired'), 'expired'],
    ['gone by its reason alone', { ...status(500, 'gone', 'Gone') }, 'expired'],
    ['ahead', status(504, 'Timeout: Too large resource version: 5, current: 1', 'Timeout', tooLarge), 'ahead'],
    ['an internal error', status(500, 'unable to decode an event from the watch stream', 'InternalError'), 'server'],
    ['without a code', { kind: 'Status', message: 'what?' }, 'server'],
    ['empty', {}, 'server'],
    ['throttled', status(429, 'later', 'TooManyRequests', { retryAfterSeconds: 2 }), 'throttled'],
  ])('%s', (_what, given, expected) => {
    expect(classifyStatus(given).class).toBe(expected);
  });
});

test('a success that is no JSON comes from no API server', () => {
  expect(classifyForeignBody('text/html')).toMatchObject({ class: 'not-api', status: 200 });
  expect(classifyForeignBody('').message).toContain('of no type');
});
