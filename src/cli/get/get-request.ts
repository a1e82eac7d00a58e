import { NaviError } from '../../errors/navi-error.ts';

/** What `navi get` was asked for, flags parsed. */
export interface GetRequest {
  readonly args: readonly string[];
  readonly namespace: string | undefined;
  readonly allNamespaces: boolean;
  readonly selector: string;
  readonly fieldSelector: string;
  readonly format: OutputFormat;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  readonly showKind: boolean;
  readonly labelColumns: readonly string[];
  readonly ignoreNotFound: boolean;
  /** Oldest data that will do (ms); undefined for any age. */
  readonly maxAgeMs: number | undefined;
}

/** How objects are printed. */
export type OutputFormat =
  | { readonly kind: 'table'; readonly wide: boolean }
  | { readonly kind: 'json' | 'yaml' | 'name' }
  | { readonly kind: 'jsonpath'; readonly template: string };

/** Formats of kubectl 1.36, in the order of its error message. */
const kubectlFormats =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml';

/**
 * Reads the value of `-o`; undefined or empty means the table.
 * @throws NAVI_AS_KUBECTL for what kubectl does not know either, NAVI_USAGE for what only kubectl prints so far.
 */
export function parseOutputFormat(text: string | undefined): OutputFormat {
  if (text === undefined || text === '') return { kind: 'table', wide: false };
  if (text === 'wide') return { kind: 'table', wide: true };
  const lower = text.toLowerCase();
  if (lower === 'json' || lower === 'yaml' || lower === 'name') return { kind: lower };
  if (text === 'jsonpath')
    throw new NaviError('NAVI_AS_KUBECTL', 'error: template format specified but no template given');
  if (text.startsWith('jsonpath=')) {
    const template = text.slice('jsonpath='.length);
    if (template === '')
      throw new NaviError('NAVI_AS_KUBECTL', 'error: template format specified but no template given');
    return { kind: 'jsonpath', template };
  }
  const name = text.split('=')[0] ?? text;
  if (kubectlFormats.split(',').includes(name) || lower === 'kyaml') {
    throw new NaviError('NAVI_USAGE', `navi does not print -o ${name} yet`, {
      hints: [`kubectl get … -o ${name} does`],
    });
  }
  throw new NaviError(
    'NAVI_AS_KUBECTL',
    `error: unable to match a printer suitable for the output format "${text}", allowed formats are: ${kubectlFormats}`,
  );
}

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it (`90s`, `5m`, `1h30m`), in ms. @param flag as it is typed before its value; ends with `=` for a variable. @throws NAVI_USAGE */
export function parseDuration(text: string, flag: string): number {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isWhole = parts.length > 0 && parts.map((part) => part[0]).join('') === text;
  if (!isWhole) {
    throw new NaviError('NAVI_USAGE', `"${text}" is no duration for ${flag.replace(/=$/, '')}`, {
      hints: [`for example ${flag}${flag.endsWith('=') ? '' : ' '}30s, or 5m, or 1h30m`],
    });
  }
  return parts.reduce((sum, part) => sum + Number(part[1]) * (durationUnits[part[2] ?? ''] ?? 0), 0);
}
