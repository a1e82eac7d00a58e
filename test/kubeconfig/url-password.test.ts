import { expect, test } from 'vitest';
import { withoutPassword } from '../../src/kubeconfig/url-password.ts';

test.each([
  ['https://ann:secret@kube:6443/x', 'https://kube:6443/x'],
  ['socks5h://ann@proxy', 'socks5h://proxy'],
  ['http://a:p@ss@host', 'http://host'],
  ['https://kube:6443/a@b', 'https://kube:6443/a@b'],
  ['kube:6443', 'kube:6443'],
  ['', ''],
])('a URL is told without name and password: %s', (url, told) => {
  expect(withoutPassword(url)).toBe(told);
});
