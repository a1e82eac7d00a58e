import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { giveHome, giveShell } from '../../src/util/unknown-user.ts';

test('a home and a shell that are set stay', () => {
  const env = { HOME: '/somewhere', SHELL: '/bin/other' };
  giveHome(env);
  giveShell(env);
  expect(env).toEqual({ HOME: '/somewhere', SHELL: '/bin/other' });
});

test('a user whom the machine knows needs none', () => {
  expect(homedir()).not.toBe('');
  const env = { HOME: '' };
  giveHome(env);
  giveShell(env);
  expect(env).toEqual({});
});
