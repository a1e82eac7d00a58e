import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const isTerminal = join(import.meta.dirname, '../src/output/is-terminal.ts');

/** What is changed of each module: parts of its code, and what takes their place. */
const changes: readonly {
  readonly module: RegExp;
  readonly edits: readonly (readonly [part: string, by: string])[];
}[] = [
  {
    module: /[/\\]chalk[/\\]source[/\\]vendor[/\\]supports-color[/\\]index\.js$/,
    edits: [
      // Node's `tty` brings its streams and network.
      [
        "import tty from 'node:tty';",
        `import { isTerminal } from ${JSON.stringify(isTerminal)}; const tty = { isatty: isTerminal };`,
      ],
      // On Windows alone.
      ["import os from 'node:os';", "const os = { release: () => process.getBuiltinModule('node:os').release() };"],
      ["import process from 'node:process';", ''],
    ],
  },
  {
    // It looks at both streams of the process when it is loaded; only tables that are wider than their terminal need it.
    module: /[/\\]src[/\\]output[/\\]cut-lines\.ts$/,
    edits: [
      ["import Table from 'cli-table3';", ''],
      ['new Table(', "new (require('cli-table3'))("],
    ],
  },
  {
    // What kubectl prints has no colour.
    module: /[/\\]src[/\\]output[/\\]navi-table\.ts$/,
    edits: [
      ["import { Chalk, type ChalkInstance } from 'chalk';", "import type { ChalkInstance } from 'chalk';"],
      ['new Chalk(', "new (require('chalk').Chalk)("],
    ],
  },
  {
    // It makes Node's stream of standard output, which no command writes to; `main` listens where oclif itself writes.
    module: /[/\\]@oclif[/\\]core[/\\]lib[/\\]command\.js$/,
    edits: [["process.stdout.on('error', (err) => {", 'void ((err) => {']],
  },
];

/** What packages say at their start to who debugs them, which loads `tty` as well. navi has NAVI_DEBUG. */
const silent = `const silent = Object.assign(() => undefined, { enabled: false });
module.exports = Object.assign(() => silent, { enabled: () => false, enable() {}, disable() {} });`;

/** Keeps from the start of a command what only few of them need. */
export const lightStart: Plugin = {
  name: 'light-start',
  resolveId: {
    filter: { id: /^debug$/ },
    handler: () => '\0silent-debug.cjs',
  },
  load: {
    filter: { id: /^\0silent-debug\.cjs$/ },
    handler: () => ({ code: silent, moduleType: 'js' }),
  },
  transform: {
    filter: { id: changes.map(({ module }) => module) },
    handler: (code, id) => ({ code: changed(code, id), map: null }),
  },
};

/** @throws Error where a module is not what it was: what it costs has to be looked at again */
function changed(code: string, id: string): string {
  const edits = changes.flatMap((change) => (change.module.test(id) ? change.edits : []));
  return edits.reduce((text, [part, by]) => {
    if (!text.includes(part)) throw new Error(`${id} has no ${part}`);
    return text.replaceAll(part, by);
  }, code);
}
