import { describe, expect, test } from 'vitest';
import { impersonationHeaders } from '../../src/kubeconfig/impersonation-headers.ts';

const nobody = { user: '', uid: '', groups: [], extra: [] };

/** What a server reads from a header that Node writes, a byte for each character. */
function received(value: unknown): string {
  return Buffer.from(String(value), 'latin1').toString('utf8');
}

describe('the headers of another user', () => {
  test('are none where nobody else is named', () => {
    expect(impersonationHeaders(undefined)).toEqual({});
  });

  test.each(['ü', '日本', 'a\tb', '🙂'])('arrive as the user %j', (user) => {
    const value = impersonationHeaders({ ...nobody, user })['impersonate-user'];
    expect(received(value)).toBe(user);
    expect(value).toMatch(/^[\t -\u00FF]*$/);
  });

  test('hold every group and extra', () => {
    const asked = {
      user: 'u',
      uid: 'é',
      groups: ['a', 'ö'],
      extra: [
        ['A b(c)', '1=2'],
        ['a b(c)', '3'],
        ['ü', '4'],
      ],
    } as const;
    const headers = impersonationHeaders(asked);
    expect(received(headers['impersonate-uid'])).toBe('é');
    expect(headers['impersonate-group']).toEqual(['a', Buffer.from('ö').toString('latin1')]);
    expect(headers['impersonate-extra-a%20b%28c%29']).toEqual(['1=2', '3']);
    expect(headers['impersonate-extra-%c3%bc']).toEqual(['4']);
  });

  test.each(['x\nImpersonate-Group: system:masters', 'x\r\ny', 'x\u0001'])('refuse the user %j', (user) => {
    expect(() => impersonationHeaders({ ...nobody, user })).toThrow(
      'Unable to connect to the server: net/http: invalid header field value for "Impersonate-User"',
    );
  });

  test('refuse a user that would lose its blanks', () => {
    expect(() => impersonationHeaders({ ...nobody, user: ' x' })).toThrow('blanks');
  });
});
