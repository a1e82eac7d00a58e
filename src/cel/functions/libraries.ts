import type { Environment } from '@marcbachmann/cel-js';
import { registerAddressFunctions } from './addresses.ts';
import { registerBindingMacros } from './binding-macros.ts';
import { registerConversions } from './conversions.ts';
import { registerListFunctions } from './lists.ts';
import { registerLoopMacros } from './loop-macros.ts';
import { registerNameFormats } from './name-formats.ts';
import { registerOptionalFunctions } from './optionals.ts';
import { registerPatternFunctions } from './patterns.ts';
import { registerQuantityFunctions } from './quantities.ts';
import { registerTextFunctions } from './texts.ts';
import { registerTimeFunctions } from './times.ts';
import { registerUrlFunctions } from './urls.ts';
import { registerVersionFunctions } from './versions.ts';

/** Functions that belong together. */
export interface FunctionLibrary {
  /** Found in each expression that needs one of them: to register all takes some 5 ms. */
  readonly words: RegExp;
  readonly register: (environment: Environment) => void;
}

export const functionLibraries: readonly FunctionLibrary[] = [
  { words: /\b(?:ip|isIP|cidr|isCIDR)\b/, register: registerAddressFunctions },
  { words: /\b(?:sortBy|optMap|optFlatMap)\b/, register: registerBindingMacros },
  { words: /\b(?:int|string|bytes|duration|timestamp)\b|\b[bB]r?["']/, register: registerConversions },
  {
    words: /\b(?:isSorted|sum|min|max|slice|flatten|sort|reverse|distinct|first|last|(?:last)?[iI]ndexOf|lists|sets)\b/,
    register: registerListFunctions,
  },
  { words: /\b(?:all|exists|exists_one|existsOne|transform\w+)\b/, register: registerLoopMacros },
  { words: /\bformat\b/, register: registerNameFormats },
  { words: /\boptional\b|\bunwrapOpt\b|\?/, register: registerOptionalFunctions },
  { words: /\b(?:matches|find|findAll)\b/, register: registerPatternFunctions },
  { words: /\b(?:quantity|isQuantity)\b/, register: registerQuantityFunctions },
  {
    words:
      /\b(?:charAt|(?:last)?[iI]ndexOf|(?:lower|upper)Ascii|trim|split|substring|format|replace|reverse|strings|first|last)\b/,
    register: registerTextFunctions,
  },
  { words: /\bget[A-Z]/, register: registerTimeFunctions },
  { words: /\b(?:url|isURL)\b/, register: registerUrlFunctions },
  { words: /\b(?:semver|isSemver)\b/, register: registerVersionFunctions },
];
