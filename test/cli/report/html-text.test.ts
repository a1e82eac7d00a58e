import { expect, test } from 'vitest';
import { markup } from '../../../src/cli/report/html-text.ts';
import { steeringCharacters, steeringText } from '../../support/synced-navi.ts';

test('markup escapes text, in content and in attributes', () => {
  const hostile = `"><script>alert('1')</script>&`;
  expect(markup`<p title="${hostile}">${hostile}</p>`.text).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
  );
});

test('markup takes what is markup already as it is, and lists of it', () => {
  const items = ['a', '<'].map((each) => markup`<li>${each}</li>`);
  expect(markup`<ul>${items}</ul>${markup`<br>`}${1.5}`.text).toBe('<ul><li>a</li><li>&lt;</li></ul><br>1.5');
});

test('markup leaves nothing in a text that steers a terminal or turns its direction around', () => {
  expect(steeringCharacters(markup`${steeringText}`.text)).toEqual([]);
});
