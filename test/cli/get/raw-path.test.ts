import { describe, expect, test } from 'vitest';
import { rawPath } from '../../../src/cli/get/raw-path.ts';

describe('the path of --raw', () => {
  test.each([
    ['/api/v1/pods?limit=1', '/api/v1/pods?limit=1'],
    ['/version/', '/version/'],
    ['/api//v1', '/api/v1'],
    ['/a/../version', '/version'],
    ['//version', '/'],
    ['//', '/'],
    ['///version', '/version'],
    ['/\\version', '/%5Cversion'],
    ['/version#part', '/version'],
    ['/version?a=%zz', '/version?a=%zz'],
    ['/é?é=ü', '/%C3%A9?%C3%A9=%C3%BC'],
    ['https://example.test/a//b/../c/?q', '/a/c/?q'],
    ['https://example.test', '/'],
    ['mailto:x?y=1', '/?y=1'],
  ])('%s is asked for as %s', (raw, path) => {
    expect(rawPath(raw)).toEqual({ ok: true, path });
  });

  test.each([
    ['version', 'invalid URI for request'],
    ['/version\n', 'net/url: invalid control character in URL'],
    ['/%zz', 'invalid URL escape "%zz"'],
  ])('%j is refused', (raw, fault) => {
    expect(rawPath(raw)).toEqual({ ok: false, fault });
  });
});
