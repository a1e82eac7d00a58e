import type { ByteText } from '../byte-text.ts';
import { quoteBytes } from './quote.ts';
import type { Branch, Command, Operand, Pipe, Statement, TemplateNode } from './tree.ts';

/** A part of a template written out as Go's messages show it: one space between words, comments and trimming gone. */
export function nodeText(node: TemplateNode): ByteText {
  switch (node.kind) {
    case 'text':
      return node.bytes;
    case 'action':
      return `{{${pipeText(node.pipe)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'if':
    case 'with':
    case 'range':
      return branchText(node);
    case 'template':
      return `{{template ${quoteBytes(node.name)}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`;
    case 'command':
      return commandText(node);
    case 'bool':
    case 'number':
    case 'string':
    case 'dot':
    case 'nil':
    case 'field':
    case 'variable':
    case 'identifier':
    case 'chain':
    case 'pipe':
      return operandText(node);
  }
}

function operandText(node: Operand): ByteText {
  switch (node.kind) {
    case 'bool':
      return String(node.value);
    case 'number':
    case 'string':
      return node.text;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'identifier':
      return node.name;
    case 'chain':
      return [enclosed(node.base), ...node.names].join('.');
    case 'pipe':
      return pipeText(node);
  }
}

function enclosed(node: Operand): ByteText {
  return node.kind === 'pipe' ? `(${pipeText(node)})` : operandText(node);
}

function commandText(command: Command): ByteText {
  return [command.first, ...command.rest].map(enclosed).join(' ');
}

function pipeText(pipe: Pipe): ByteText {
  const names = pipe.declarations.map(operandText).join(', ');
  const declared = names === '' ? '' : `${names} ${pipe.isAssignment ? '=' : ':='} `;
  return declared + pipe.commands.map(commandText).join(' | ');
}

function branchText(branch: Branch): ByteText {
  const otherwise = branch.otherwise === undefined ? '' : `{{else}}${listText(branch.otherwise)}`;
  return `{{${branch.kind} ${pipeText(branch.pipe)}}}${listText(branch.body)}${otherwise}{{end}}`;
}

function listText(list: readonly Statement[]): ByteText {
  return list.map(nodeText).join('');
}
