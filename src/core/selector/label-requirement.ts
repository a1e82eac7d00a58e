import type { JsonObject } from '../json.ts';

/** One condition of a label selector; all conditions of a selector must hold. */
export type LabelRequirement =
  | {
      readonly operator: 'in' | 'notIn';
      readonly key: string;
      /** At least one, distinct, sorted; `=` and `==` give `in`, `!=` gives `notIn`. */
      readonly values: readonly string[];
    }
  | { readonly operator: 'exists' | 'doesNotExist'; readonly key: string; readonly values: readonly [] }
  | {
      readonly operator: 'greaterThan' | 'lessThan';
      readonly key: string;
      /** A 64-bit decimal integer. */
      readonly values: readonly [string];
    };

/**
 * Whether `labels` meet every requirement, as kube-apiserver 1.36 decides: `notIn` also holds where the key is absent,
 * comparisons need 64-bit integers on both sides. No requirement matches everything.
 */
export function matchesLabels(requirements: readonly LabelRequirement[], labels: JsonObject): boolean {
  return requirements.every((requirement) => meets(requirement, labelValue(labels, requirement.key)));
}

function meets(requirement: LabelRequirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'exists':
      return value !== undefined;
    case 'doesNotExist':
      return value === undefined;
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case 'notIn':
      return value === undefined || !requirement.values.includes(value);
    case 'greaterThan':
      return value !== undefined && isGreater(value, requirement.values[0]);
    case 'lessThan':
      return value !== undefined && isGreater(requirement.values[0], value);
  }
}

function isGreater(left: string, right: string): boolean {
  const [leftInteger, rightInteger] = [parseInt64(left), parseInt64(right)];
  return leftInteger !== undefined && rightInteger !== undefined && leftInteger > rightInteger;
}

const INTEGER = /^[+-]?[0-9]+$/;

/** The decimal integer in `text`, or undefined where it is none or does not fit 64 bits. */
export function parseInt64(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = text.startsWith('+') ? BigInt(text.slice(1)) : BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function labelValue(labels: JsonObject, key: string): string | undefined {
  const value = labels[key];
  return typeof value === 'string' ? value : undefined;
}
