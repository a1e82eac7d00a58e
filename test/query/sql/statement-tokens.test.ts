import { describe, expect, test } from 'vitest';
import { namesOf, placeIn, statementTokens } from '../../../src/query/sql/statement-tokens.ts';

/** Kind and value of each token. */
const tokens = (statement: string): readonly string[] =>
  statementTokens(statement).map(({ kind, value }) => `${kind} ${value}`);

describe('the tokens of a statement', () => {
  test.each<[string, readonly string[]]>([
    ['select a1_$, ünï', ['name select', 'name a1_$', 'other ,', 'name ünï']],
    [`'it''s' '' 'a;b--c'`, [`text it's`, 'text ', 'text a;b--c']],
    ['"a""b" `c``d` [e"f]', ['quoted a"b', 'quoted c`d', 'quoted e"f']],
    ['a -- b ; c\nd', ['name a', 'name d']],
    ['a /* b ; */ c /* d', ['name a', 'name c']],
    ['a /* * / ** */ b', ['name a', 'name b']],
    ['/**/a/*/b*/', ['name a']],
    [`x'00ff' X'' x`, [`other x'00ff'`, `other X''`, 'name x']],
    [
      ':a @b $c ?1 ? $d::e',
      ['parameter :a', 'parameter @b', 'parameter $c', 'parameter ?1', 'parameter ?', 'parameter $d::e'],
    ],
    ['1.5e-3 0x1F .5 1.', ['other 1.5e-3', 'other 0x1F', 'other .5', 'other 1.']],
    [`a->>'$.b'<>1`, ['name a', 'other -', 'other >', 'other >', 'text $.b', 'other <', 'other >', 'other 1']],
    [`'open`, ['text open']],
    [`'it''`, [`text it'`]],
    ['"open', ['quoted open']],
    ['[open', ['quoted open']],
    ['\u{1F389}', ['name \u{1F389}']],
    ['', []],
  ])('of %j', (statement, expected) => {
    expect(tokens(statement)).toEqual(expected);
  });

  test('say where they stand', () => {
    const statement = `select 'a\n🎉' as x\n  from y`;
    const [, , , x, , y] = statementTokens(statement);
    expect(placeIn(statement, x?.start ?? 0)).toEqual({ line: 2, column: 7 });
    expect(placeIn(statement, y?.start ?? 0)).toEqual({ line: 3, column: 8 });
    expect(statement.slice(y?.start, y?.end)).toBe('y');
  });

  test.each<[string, boolean]>([
    ['select * from pods', true],
    ['select distinct * from pods', true],
    ['select name, p.* from pods p', true],
    ['select count(*) from pods', false],
    ['select restarts * 2 from pods', false],
  ])('of %j name all columns: %j', (statement, isAll) => {
    expect(namesOf(statementTokens(statement)).has('*')).toBe(isAll);
  });
});
