import type { Json, JsonObject } from '../json.ts';
import { sortedMembers } from '../sorted-members.ts';
import { type ByteText, toBytes } from '../byte-text.ts';
import { BoundedOutput, outputBytesMax } from './bounded-output.ts';
import { Evaluator, type Scope, TemplateExecutionError } from './evaluate.ts';
import { plainText } from './format-value.ts';
import { mainTemplateName } from './parse.ts';
import { quoteBytes } from './quote.ts';
import type { Branch, GoTemplate, Pipe, Statement, TemplateCall } from './tree.ts';
import {
  type GoInteger,
  type GoValue,
  type Nothing,
  type Value,
  goInt,
  goString,
  isInteger,
  isTrue,
  nothing,
} from './value.ts';

/** What a template printed, in bytes, and where and why it stopped before its end. */
export interface TemplateOutput {
  readonly bytes: ByteText;
  readonly failure: ByteText | undefined;
}

/** How many templates may call each other (Go 1.26). */
const deepestCalls = 100_000;

/** Runs a template on the root of its data (text/template of Go 1.26). */
export function executeTemplate(template: GoTemplate, root: GoValue, allowMissingKeys: boolean): TemplateOutput {
  return new Execution(template, root, allowMissingKeys).run();
}

/** A list of statements under way, or a loop around one. */
type Frame = ListFrame | LoopFrame;

interface ListFrame {
  readonly kind: 'list';
  readonly list: readonly Statement[];
  next: number;
  readonly dot: Value;
  /** How many variables are left when the list is done. */
  readonly variableCount: number;
  /** Of the caller, when the list is a template's body. */
  readonly callerScope: Scope | undefined;
}

interface LoopFrame {
  readonly kind: 'loop';
  readonly branch: Branch;
  readonly iterations: Iterator<Iteration>;
  /** How many variables are left when the loop is done. */
  readonly variableCount: number;
  /** How many there are at the start of every turn: those of the loop itself included. */
  readonly turnVariableCount: number;
}

interface Iteration {
  readonly index: Value;
  readonly item: Value;
}

/** One run of a template. It keeps its own stack, because templates may call each other 100,000 deep. */
class Execution {
  readonly #template: GoTemplate;
  readonly #evaluator: Evaluator;
  readonly #frames: Frame[] = [];
  readonly #output = new BoundedOutput();

  constructor(template: GoTemplate, root: GoValue, allowMissingKeys: boolean) {
    this.#template = template;
    const scope = { name: mainTemplateName, depth: 0, variables: [{ name: '$', value: root }] };
    this.#evaluator = new Evaluator(template, scope, allowMissingKeys);
    this.#enter(template.bodies.get(mainTemplateName) ?? [], root, 1);
  }

  run(): TemplateOutput {
    try {
      for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
        if (frame.kind === 'list') {
          this.#step(frame);
        } else {
          this.#turn(frame);
        }
      }
    } catch (error) {
      if (error instanceof TemplateExecutionError) {
        return { bytes: this.#output.text(), failure: error.message };
      }
      throw error;
    }
    return { bytes: this.#output.text(), failure: undefined };
  }

  #enter(list: readonly Statement[], dot: Value, variableCount: number, callerScope?: Scope): void {
    this.#frames.push({ kind: 'list', list, next: 0, dot, variableCount, callerScope });
  }

  #step(frame: ListFrame): void {
    const statement = frame.list[frame.next];
    frame.next += 1;
    if (statement === undefined) {
      this.#frames.pop();
      this.#dropVariables(frame.variableCount);
      this.#evaluator.scope = frame.callerScope ?? this.#evaluator.scope;
      return;
    }
    this.#evaluator.node = statement;
    switch (statement.kind) {
      case 'text':
        this.#write(statement.bytes);
        return;
      case 'action':
        this.#print(frame.dot, statement.pipe);
        return;
      case 'break':
      case 'continue':
        this.#leaveTurn(statement.kind);
        return;
      case 'template':
        this.#call(frame.dot, statement);
        return;
      case 'range':
        this.#startLoop(frame.dot, statement);
        return;
      case 'if':
      case 'with':
        this.#choose(frame.dot, statement);
    }
  }

  #print(dot: Value, pipe: Pipe): void {
    const value = this.#evaluator.pipe(dot, pipe);
    if (pipe.declarations.length === 0) {
      this.#write(value.kind === 'nothing' ? '<no value>' : plainText(value));
    }
  }

  #write(bytes: ByteText): void {
    if (this.#output.add(bytes)) return;
    this.#evaluator.fail(`navi prints no more than ${outputBytesMax / 1024 ** 2} MiB of one template`);
  }

  #choose(dot: Value, branch: Branch): void {
    const variableCount = this.#variableCount();
    const value = this.#evaluator.pipe(dot, branch.pipe);
    if (isTrue(value)) {
      this.#enter(branch.body, branch.kind === 'with' ? value : dot, variableCount);
    } else {
      this.#enter(branch.otherwise ?? [], dot, variableCount);
    }
  }

  #call(dot: Value, call: TemplateCall): void {
    const body = this.#template.bodies.get(call.name);
    if (body === undefined) {
      this.#evaluator.fail(`template ${quoteBytes(call.name)} not defined`);
    }
    const callerScope = this.#evaluator.scope;
    if (callerScope.depth === deepestCalls) {
      this.#evaluator.fail(`exceeded maximum template depth (${deepestCalls})`);
    }
    const value = call.pipe === undefined ? nothing : this.#evaluator.pipe(dot, call.pipe);
    const variables = [{ name: '$', value }];
    this.#evaluator.scope = { name: call.name, depth: callerScope.depth + 1, variables };
    this.#enter(body, value, 1, callerScope);
  }

  #startLoop(dot: Value, branch: Branch): void {
    const variableCount = this.#variableCount();
    const value = this.#evaluator.pipe(dot, branch.pipe);
    const iterations = this.#iterations(value, branch.pipe.declarations.length);
    if (iterations === undefined) {
      this.#enter(branch.otherwise ?? [], dot, variableCount);
      return;
    }
    const turnVariableCount = this.#variableCount();
    this.#frames.push({ kind: 'loop', branch, iterations, variableCount, turnVariableCount });
  }

  /** What a range goes over; undefined when there is nothing. */
  #iterations(value: GoValue | Nothing, declarationCount: number): Iterator<Iteration> | undefined {
    if (isInteger(value)) {
      if (declarationCount > 1) {
        this.#evaluator.fail(`can't use ${plainText(value)} to iterate over more than one variable`);
      }
      return value.value > 0n ? integersBelow(value) : undefined;
    }
    if (value.kind === 'slice') {
      return value.items.length > 0 ? sliceIterations(value.items) : undefined;
    }
    if (value.kind === 'map') {
      return isTrue(value) ? mapIterations(value.members) : undefined;
    }
    return value.kind === 'nothing' ? undefined : this.#evaluator.fail(`range can't iterate over ${plainText(value)}`);
  }

  #turn(frame: LoopFrame): void {
    this.#dropVariables(frame.turnVariableCount);
    const next = frame.iterations.next();
    if (next.done === true) {
      this.#endLoop(frame);
      return;
    }
    this.#setLoopVariables(frame.branch.pipe, next.value);
    this.#enter(frame.branch.body, next.value.item, frame.turnVariableCount);
  }

  #setLoopVariables({ declarations, isAssignment }: Pipe, { index, item }: Iteration): void {
    const values = declarations.length > 1 ? [index, item] : [item];
    for (const [place, { names }] of declarations.entries()) {
      const value = values[place] ?? nothing;
      // Those of the loop itself are the innermost, even where the name is given twice.
      const own = this.#evaluator.scope.variables.at(place - declarations.length);
      if (isAssignment || own === undefined) {
        this.#evaluator.assign(names[0] ?? '', value);
      } else {
        own.value = value;
      }
    }
  }

  #endLoop(frame: LoopFrame): void {
    this.#frames.pop();
    this.#dropVariables(frame.variableCount);
  }

  #leaveTurn(kind: 'break' | 'continue'): void {
    let frame = this.#frames.at(-1);
    while (frame?.kind === 'list') {
      this.#frames.pop();
      frame = this.#frames.at(-1);
    }
    if (kind === 'break' && frame !== undefined) {
      this.#endLoop(frame);
    }
  }

  #variableCount(): number {
    return this.#evaluator.scope.variables.length;
  }

  #dropVariables(count: number): void {
    this.#evaluator.scope.variables.length = count;
  }
}

function* integersBelow(limit: GoInteger): Generator<Iteration> {
  for (let value = 0n; value < limit.value; value += 1n) {
    yield { index: nothing, item: { kind: limit.kind, value } };
  }
}

function* sliceIterations(items: readonly Json[]): Generator<Iteration> {
  for (const [index, json] of items.entries()) {
    yield { index: goInt(index), item: { kind: 'member', json } };
  }
}

function* mapIterations(members: JsonObject): Generator<Iteration> {
  for (const [key, json] of sortedMembers(members)) {
    yield { index: goString(toBytes(key)), item: { kind: 'member', json } };
  }
}
