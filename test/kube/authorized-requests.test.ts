import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RequestFailed, type Failure } from '../../src/kube/failure.ts';
import { Transport } from '../../src/kube/transport.ts';
import { fetchPrincipal } from '../../src/kube/principal.ts';
import { execScript, type ExecScript } from '../support/exec-script.ts';
import { answerJson, contextFor, startStubServer, type StubAnswer, type StubServer } from '../support/stub-server.ts';

let plugin: ExecScript;
let server: StubServer;
let transport: Transport;
/** Tokens that the server knows. */
let known: Set<string>;

const status = (code: number, message: string): object => ({ kind: 'Status', status: 'Failure', message, code });

const byToken: StubAnswer = (request, response) => {
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  const isKnown = known.has(token);
  if (request.url === '/aggregated') answerJson(response, status(401, 'Unauthorized'), 401);
  else if (isKnown) answerJson(response, { token });
  else if (request.url === '/anonymous') {
    answerJson(response, status(403, 'pods is forbidden: User "system:anonymous" cannot list'), 403);
  } else answerJson(response, status(401, 'Unauthorized'), 401);
};

beforeEach(async () => {
  plugin = execScript();
  known = new Set(['one', 'two']);
  server = await startStubServer(byToken);
  plugin.gives('one');
  transport = new Transport(contextFor(server.url, JSON.stringify(plugin.userEntry)));
});

afterEach(async () => {
  await transport.close();
  await server.stop();
  plugin.remove();
});

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RequestFailed) return error.failure;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('a request that is refused for its credential', () => {
  test.each(['/pods', '/anonymous'])('is sent once more with another one: %s', async (path) => {
    await transport.get('/pods');
    known.delete('one');
    plugin.gives('two');
    const answers = await Promise.all(Array.from({ length: 20 }, async () => (await transport.get(path)).text));
    expect(new Set(answers)).toEqual(new Set(['{"token":"two"}']));
    expect(plugin.runs).toHaveLength(2);
  });

  test('of a user is sent once more too, and its answer given as it is where that helps nothing', async () => {
    await transport.get('/pods');
    known.delete('one');
    plugin.gives('two');
    expect((await transport.ask('/pods', {}, 1_000))?.text).toBe('{"token":"two"}');
    known.clear();
    expect((await transport.ask('/pods', {}, 1_000))?.status).toBe(401);
  });

  test('is not sent a third time, and from then on nobody is asked', async () => {
    known.clear();
    expect((await failureOf(transport.get('/pods'))).class).toBe('unauthorized');
    expect(plugin.runs).toHaveLength(2);
    const before = server.requests.length;
    expect(server.requests.filter((line) => line === 'GET /pods')).toHaveLength(2);
    const failed = await failureOf(transport.get('/pods'));
    expect(failed).toMatchObject({ class: 'unauthorized', message: 'the cluster refuses a credential that is new' });
    expect(server.requests).toHaveLength(before);
    expect(plugin.runs).toHaveLength(2);
    known.add('one');
    transport.wake();
    expect((await transport.get('/pods')).status).toBe(200);
  });

  test('by an API that refuses everybody harms no other', async () => {
    for (let count = 0; count < 3; count += 1) {
      expect((await failureOf(transport.get('/aggregated'))).class).toBe('unauthorized');
      expect((await transport.get('/pods')).text).toBe('{"token":"one"}');
    }
    expect(plugin.runs).toHaveLength(1);
  });
});

describe('requests in the name of another', () => {
  test('carry who the context impersonates, but not where they name somebody else', async () => {
    const seen: unknown[] = [];
    const echo = await startStubServer((request, response) => {
      seen.push(Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith('impersonate'))));
      answerJson(response, {});
    });
    const user = '{token: t, as: bob, as-groups: [x, y], as-uid: "7", as-user-extra: {Why Not: [a, b]}}';
    const asBob = new Transport(contextFor(echo.url, user));
    await asBob.get('/');
    await asBob.ask('/', { headers: { 'impersonate-user': 'eve' } }, 1_000);
    expect(seen).toEqual([
      {
        'impersonate-user': 'bob',
        'impersonate-group': 'x, y',
        'impersonate-uid': '7',
        'impersonate-extra-why%20not': 'a, b',
      },
      { 'impersonate-user': 'eve' },
    ]);
    await asBob.close();
    await echo.stop();
  });
});

describe('the principal', () => {
  test.each<[string, number, unknown, string]>([
    ['what SelfSubjectReview says', 201, { status: { userInfo: { username: 'ann' } } }, 'ann'],
    ['the user’s name where the server knows no such review', 404, status(404, 'not found'), 'u'],
    ['the user’s name where it says nothing', 201, {}, 'u'],
    ['the user’s name where it is refused', 403, status(403, 'User "ann" cannot create'), 'u'],
  ])('is %s', async (_what, code, body, principal) => {
    const review = await startStubServer((_request, response) => answerJson(response, body, code));
    const context = contextFor(review.url);
    const asking = new Transport(context);
    expect(await fetchPrincipal(asking, context)).toBe(principal);
    expect(review.requests).toEqual(['POST /apis/authentication.k8s.io/v1/selfsubjectreviews']);
    await asking.close();
    await review.stop();
  });
});
