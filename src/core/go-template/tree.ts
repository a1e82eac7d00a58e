import type { ByteText } from '../byte-text.ts';
import type { GoNumber } from './value.ts';

/** A template read by `parseGoTemplate`. */
export interface GoTemplate {
  /** The text it was read from. */
  readonly source: string;
  /** The same in bytes, which positions count. */
  readonly bytes: ByteText;
  /** Everything that can be run by name; the text itself is `output`. */
  readonly bodies: ReadonlyMap<ByteText, readonly Statement[]>;
}

/** One step of a template. Positions are in bytes. */
export type Statement =
  | { readonly kind: 'text'; readonly position: number; readonly bytes: ByteText }
  | { readonly kind: 'action'; readonly position: number; readonly pipe: Pipe }
  | { readonly kind: 'break' | 'continue'; readonly position: number }
  | Branch
  | TemplateCall;

/** `if`, `with` or `range`; without `else` the second body is undefined. */
export interface Branch {
  readonly kind: 'if' | 'with' | 'range';
  readonly position: number;
  readonly pipe: Pipe;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

/** `template "name" pipe`, which a `block` leaves too. */
export interface TemplateCall {
  readonly kind: 'template';
  readonly position: number;
  readonly name: ByteText;
  readonly pipe: Pipe | undefined;
}

/** Commands, each of which is given the value of the one before. */
export interface Pipe {
  readonly kind: 'pipe';
  readonly position: number;
  /** The variables that take its value. */
  readonly declarations: readonly Variable[];
  /** True for `$x = …`, false for `$x := …`. */
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

/** A function, field, variable, value or pipe with its arguments; never empty. */
export interface Command {
  readonly kind: 'command';
  readonly position: number;
  readonly first: Operand;
  readonly rest: readonly Operand[];
}

/** `$name.field.field`; the first name has its dollar sign. */
export interface Variable {
  readonly kind: 'variable';
  readonly position: number;
  readonly names: readonly ByteText[];
}

/** `.name.name` */
export interface Field {
  readonly kind: 'field';
  readonly position: number;
  readonly names: readonly ByteText[];
}

/** The name of a function. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly position: number;
  readonly name: ByteText;
}

/** `(pipe).name.name` */
export interface Chain {
  readonly kind: 'chain';
  readonly position: number;
  readonly base: Operand;
  readonly names: readonly ByteText[];
}

/** A value written in the template. */
export type Literal =
  | { readonly kind: 'bool'; readonly position: number; readonly value: boolean }
  | { readonly kind: 'number'; readonly position: number; readonly text: ByteText; readonly constant: GoNumber }
  | { readonly kind: 'string'; readonly position: number; readonly text: ByteText; readonly value: ByteText };

/** One word of a command. */
export type Operand =
  | Literal
  | { readonly kind: 'dot' | 'nil'; readonly position: number }
  | Field
  | Variable
  | Identifier
  | Chain
  | Pipe;

/** What an error can point at. */
export type TemplateNode = Statement | Operand | Command;
