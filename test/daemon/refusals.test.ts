import { describe, expect, test } from 'vitest';
import { refusals } from '../../src/daemon/refusals.ts';

const pipe = { context: 'prod', isTerminal: false };
const refused = (...types: readonly string[]) => types.map((type) => ({ type, isRefused: true }));
const allowed = (...types: readonly string[]) => types.map((type) => ({ type, isRefused: false }));

describe('what RBAC refused', () => {
  test('is nothing to tell where nothing was', () => {
    expect(refusals(allowed('pods'), pipe)).toEqual({ code: 0, lines: [] });
    expect(refusals([], pipe)).toEqual({ code: 0, lines: [] });
  });

  test('is counted and named, and harms nothing else', () => {
    expect(refusals([...allowed('pods'), ...refused('nodes')], pipe)).toEqual({
      code: 0,
      lines: ['prod: 1 type is forbidden, not mirrored: nodes'],
    });
  });

  test('is partly mirrored where some namespaces may be read', () => {
    const scopes = [...refused('pods', 'pods', 'nodes'), ...allowed('pods', 'pods')];
    expect(refusals(scopes, pipe).lines).toEqual([
      'prod: 1 type is forbidden, not mirrored: nodes',
      'prod: mirrored in the namespaces that may be read: pods (2)',
    ]);
  });

  test('is an error with exit code 4 and a way out where it is everything', () => {
    const { code, lines } = refusals(refused('pods', 'nodes'), pipe);
    expect(code).toBe(4);
    expect(lines).toEqual([
      'error: prod: this user may list nothing: 2 types are forbidden, not mirrored: pods, nodes',
      expect.stringMatching(/^ {2}kubectl auth can-i --list/),
    ]);
  });

  test('names a few types on a terminal, and all in a pipe', () => {
    const many = Array.from({ length: 56 }, (_, index) => `type-${index}`);
    const terminal = { ...pipe, isTerminal: true };
    expect(refusals([...allowed('pods'), ...refused(...many)], terminal).lines).toEqual([
      `prod: 56 types are forbidden, not mirrored: ${many.slice(0, 8).join(', ')} and 48 more (navi status --all)`,
    ]);
    expect(refusals(refused(...many), pipe).lines[0]).toContain('type-55');
    expect(refusals(refused(...many.slice(0, 9)), terminal).lines[0]).toMatch(/type-8$/);
  });
});
