import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';
import { withLazyRequires } from '../../build/lazy-requires.ts';

/** A module as TypeScript's compiler writes it. */
const code = `"use strict";
var __importDefault = (mod) => (mod && mod.__esModule) ? mod : { "default": mod };
const answers_1 = require("./answers");
const list_1 = __importDefault(require("./list"));
var again_1 = require("./again");
Object.defineProperty(exports, "again", { enumerable: true, get: function () { return again_1.again; } });
exports.answer = () => (0, answers_1.answer)();
exports.made = () => new answers_1.Made("made").what;
exports.list = () => list_1.default;
exports.Late = () => class extends answers_1.Made {};
`;

const modules: Readonly<Record<string, unknown>> = {
  './answers': {
    answer: () => 42,
    Made: class {
      readonly what: string;
      constructor(what: string) {
        this.what = what;
      }
    },
  },
  './list': ['one'],
  './again': { again: 'again' },
};

/** Runs the module; what it requires, in order. */
function run(text: string): { readonly exports: Record<string, unknown>; readonly required: readonly string[] } {
  const required: string[] = [];
  const module = { exports: {} as Record<string, unknown> };
  const body = compileFunction(text, ['exports', 'require']) as (
    exports: object,
    require: (name: string) => unknown,
  ) => void;
  body(module.exports, (name: string) => {
    required.push(name);
    return modules[name];
  });
  return { exports: module.exports, required };
}

test('a module requires others when it first uses them, once, and does what it did', () => {
  const { exports, required } = run(withLazyRequires(code));
  expect(required).toEqual([]);
  const { answer, made, list, Late } = exports as Record<string, () => unknown>;
  expect([answer?.(), made?.(), answer?.()]).toEqual([42, 'made', 42]);
  expect(required).toEqual(['./answers']);
  expect([list?.(), exports['again'], typeof Late?.()]).toEqual([['one'], 'again', 'function']);
  expect(required).toEqual(['./answers', './list', './again']);
});
