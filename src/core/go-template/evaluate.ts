import type { ByteText } from '../byte-text.ts';
import { FunctionError } from './function-error.ts';
import { type ParameterType, type TemplateFunction, templateFunction } from './functions.ts';
import { nodeText } from './node-text.ts';
import { quoteBytes } from './quote.ts';
import type { Chain, Command, GoTemplate, Identifier, Literal, Operand, Pipe, TemplateNode, Variable } from './tree.ts';
import {
  type GoValue,
  type Nothing,
  type Value,
  goBool,
  goString,
  isTrue,
  mapMember,
  nothing,
  typeName,
  unpacked,
} from './value.ts';

/** Why a template cannot go on, with its place, in bytes. Never leaves `executeTemplate`. */
export class TemplateExecutionError extends Error {}

/** What one running template body sees: its name and its variables, the innermost last. */
export interface Scope {
  readonly name: ByteText;
  /** How many templates called each other to get here. */
  readonly depth: number;
  readonly variables: { readonly name: ByteText; value: Value }[];
}

/** What comes before a command in its pipe; undefined when nothing does. */
type Piped = Value | undefined;

/** A word that has no parts. */
type SimpleOperand = Literal | Extract<Operand, { readonly kind: 'dot' | 'nil' }>;

/** Where a command is evaluated. */
interface Context {
  /** The value of `.`. */
  readonly dot: Value;
  readonly piped: Piped;
}

/** A function that is called: its arguments and what a failure points at. */
interface Call {
  readonly name: ByteText;
  readonly node: TemplateNode;
  readonly operands: readonly Operand[];
}

/** Gives pipes their values. It remembers the part evaluated last, because that is what Go's errors point at. */
export class Evaluator {
  scope: Scope;
  /** The part of the template that is looked at. */
  node: TemplateNode | undefined;
  readonly #template: GoTemplate;
  readonly #allowMissingKeys: boolean;

  constructor(template: GoTemplate, scope: Scope, allowMissingKeys: boolean) {
    this.#template = template;
    this.#allowMissingKeys = allowMissingKeys;
    this.scope = scope;
  }

  /** The value of a pipe, out of its interface, which its variables take too. @throws TemplateExecutionError */
  pipe(dot: Value, pipe: Pipe): GoValue | Nothing {
    this.node = pipe;
    let value: GoValue | Nothing | undefined;
    for (const command of pipe.commands) {
      value = unpacked(this.#command({ dot, piped: value }, command));
    }
    const result = value ?? nothing;
    for (const { names } of pipe.declarations) {
      if (pipe.isAssignment) {
        this.assign(names[0] ?? '', result);
      } else {
        this.scope.variables.push({ name: names[0] ?? '', value: result });
      }
    }
    return result;
  }

  /** Gives the innermost variable of that name a value. @throws TemplateExecutionError when there is none */
  assign(name: ByteText, value: Value): void {
    this.#variable(name).value = value;
  }

  /** @throws TemplateExecutionError always, at the part looked at */
  fail(message: ByteText): never {
    const place = this.node === undefined ? '' : this.#place(this.node);
    throw new TemplateExecutionError(`template: ${place}: ${message}`);
  }

  #place(node: TemplateNode): ByteText {
    const before = this.#template.bytes.slice(0, node.position);
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n') - 1;
    // Go counts columns from 0, on every line.
    return `output:${line}:${column}: executing ${quoteBytes(this.scope.name)} at <${nodeText(node)}>`;
  }

  #variable(name: ByteText): { value: Value } {
    const found = this.scope.variables.findLast((variable) => variable.name === name);
    return found ?? this.fail(`undefined variable: ${name}`);
  }

  #command(context: Context, command: Command): Value {
    const { first, rest } = command;
    const hasArguments = rest.length > 0 || context.piped !== undefined;
    switch (first.kind) {
      case 'field':
        this.node = first;
        return this.#fields(context.dot, first.names, hasArguments);
      case 'chain':
        return this.#chain(context.dot, first, hasArguments);
      case 'identifier':
        return this.#function(context, first, { name: first.name, node: command, operands: rest });
      case 'pipe':
        this.#refuseArguments(hasArguments, first);
        return this.pipe(context.dot, first);
      case 'variable':
        return this.#variableValue(first, hasArguments);
      case 'bool':
      case 'dot':
      case 'nil':
      case 'number':
      case 'string':
        this.node = first;
        this.#refuseArguments(hasArguments, first);
        return this.#simple(context.dot, first);
    }
  }

  #refuseArguments(hasArguments: boolean, operand: Operand): void {
    if (hasArguments) {
      this.fail(`can't give argument to non-function ${nodeText(operand)}`);
    }
  }

  #simple(dot: Value, operand: SimpleOperand): Value {
    switch (operand.kind) {
      case 'bool':
        return goBool(operand.value);
      case 'string':
        return goString(operand.value);
      case 'number':
        return operand.constant;
      case 'dot':
        return dot;
      case 'nil':
        return this.fail('nil is not a command');
    }
  }

  #variableValue(variable: Variable, hasArguments: boolean): Value {
    this.node = variable;
    const [name = '', ...fields] = variable.names;
    const { value } = this.#variable(name);
    if (fields.length > 0) {
      return this.#fields(value, fields, hasArguments);
    }
    this.#refuseArguments(hasArguments, variable);
    return value;
  }

  #chain(dot: Value, { base, names }: Chain, hasArguments: boolean): Value {
    return this.#fields(this.#argument(dot, 'value', base), names, hasArguments);
  }

  #fields(receiver: Value, names: readonly ByteText[], hasArguments: boolean): Value {
    let value = receiver;
    for (const [index, name] of names.entries()) {
      value = this.#field(value, name, hasArguments && index === names.length - 1);
    }
    return value;
  }

  #field(receiver: Value, name: ByteText, hasArguments: boolean): Value {
    if (receiver.kind === 'nothing') {
      return this.#allowMissingKeys ? nothing : this.fail(`nil data; no entry for key ${quoteBytes(name)}`);
    }
    const value = unpacked(receiver);
    if (value.kind === 'nothing') {
      return this.fail(`nil pointer evaluating ${typeName(receiver)}.${name}`);
    }
    if (value.kind !== 'map') {
      return this.fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
    }
    if (hasArguments) {
      return this.fail(`${name} is not a method but has arguments`);
    }
    const member = mapMember(value.members, name);
    if (member === undefined && !this.#allowMissingKeys) {
      return this.fail(`map has no entry for key ${quoteBytes(name)}`);
    }
    return member ?? nothing;
  }

  #function({ dot, piped }: Context, identifier: Identifier, call: Call): Value {
    this.node = identifier;
    const called = templateFunction(call.name);
    if (called === undefined) {
      return this.fail(`${quoteBytes(call.name)} is not a defined function`);
    }
    this.#checkCount(called, call, piped);
    const values: Value[] = [];
    for (const operand of call.operands) {
      const value = this.#argument(dot, parameterType(called, values.length), operand);
      if (called.stopsAt !== undefined && isTrue(value) === called.stopsAt) {
        return value;
      }
      values.push(value);
    }
    if (piped !== undefined) {
      values.push(this.#converted(piped, parameterType(called, values.length)));
    }
    try {
      return called.run(values);
    } catch (error) {
      if (error instanceof FunctionError) {
        this.node = call.node;
        return this.fail(`error calling ${call.name}: ${error.message}`);
      }
      throw error;
    }
  }

  #checkCount({ fixed, rest }: TemplateFunction, { name, operands }: Call, piped: Piped): void {
    const count = operands.length + (piped === undefined ? 0 : 1);
    if (rest === undefined && count !== fixed.length) {
      this.fail(`wrong number of args for ${name}: want ${fixed.length} got ${count}`);
    }
    if (count < fixed.length) {
      this.fail(`wrong number of args for ${name}: want at least ${fixed.length} got ${operands.length}`);
    }
  }

  #argument(dot: Value, type: ParameterType, operand: Operand): Value {
    this.node = operand;
    switch (operand.kind) {
      case 'dot':
        return this.#converted(dot, type);
      case 'nil':
        return type === 'string' ? this.fail('cannot assign nil to string') : nothing;
      case 'field':
        return this.#converted(this.#fields(dot, operand.names, false), type);
      case 'variable':
        return this.#converted(this.#variableValue(operand, false), type);
      case 'pipe':
        return this.#converted(this.pipe(dot, operand), type);
      case 'identifier': {
        const call = { name: operand.name, node: operand, operands: [] };
        return this.#converted(this.#function({ dot, piped: undefined }, operand, call), type);
      }
      case 'chain':
        return this.#converted(this.#chain(dot, operand, false), type);
      case 'bool':
      case 'number':
      case 'string':
        return type === 'string' && operand.kind !== 'string'
          ? this.fail(`expected string; found ${nodeText(operand)}`)
          : this.#simple(dot, operand);
    }
  }

  /** A value as a parameter takes it. */
  #converted(value: Value, type: ParameterType): Value {
    if (type === 'value') {
      return value;
    }
    const go = unpacked(value);
    if (type === 'any' || go.kind === 'string') {
      return go;
    }
    if (value.kind === 'nothing') {
      return this.fail('invalid value; expected string');
    }
    return this.fail(`wrong type for value; expected string; got ${typeName(go.kind === 'nothing' ? value : go)}`);
  }
}

function parameterType({ fixed, rest }: TemplateFunction, index: number): ParameterType {
  return fixed[index] ?? rest ?? 'value';
}
