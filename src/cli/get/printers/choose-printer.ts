import { goQuote } from '../../../core/go-quote.ts';
import { parseGoTemplate } from '../../../core/go-template/parse.ts';
import { parseJsonPath } from '../../../core/jsonpath/parse.ts';
import { kubectlError } from '../../../errors/as-kubectl.ts';
import { goTemplateParseError, goTemplateText } from '../../../output/go-template-text.ts';
import { jsonPathParseError, jsonPathText } from '../../../output/jsonpath-text.ts';
import type { OutputChoice } from '../get-request.ts';
import { customColumnsPrinter } from './custom-columns-printer.ts';
import { jsonPrinter } from './json-printer.ts';
import { kyamlPrinter } from './kyaml-printer.ts';
import { namePrinter } from './name-printer.ts';
import { type ObjectPrinter, wholePrinter } from './object-printer.ts';
import { readTemplateFile } from './template-file.ts';
import { yamlPrinter } from './yaml-printer.ts';

const jsonPathFormats = ['jsonpath', 'jsonpath-as-json', 'jsonpath-file'];
const goTemplateFormats = ['go-template', 'go-template-file', 'template', 'templatefile'];
const columnFormats = ['custom-columns', 'custom-columns-file'];

/** Formats in the order of kubectl's error message. */
const allFormats = [
  ...columnFormats,
  ...goTemplateFormats,
  'json',
  ...jsonPathFormats,
  'kyaml',
  'name',
  'wide',
  'yaml',
].sort();

/**
 * The printer of a machine format, chosen as kubectl 1.36 chooses it: templates first, then the others in any case of
 * letters. Files are read now.
 * @throws NAVI_AS_KUBECTL with kubectl's text for an unknown format, or a template that is missing or cannot be parsed
 */
export function choosePrinter(output: OutputChoice): ObjectPrinter {
  const format = output.format === '' && output.template !== '' ? 'go-template' : output.format;
  const jsonPath = templateOf(jsonPathFormats, format, output.template);
  if (jsonPath !== undefined) return jsonPathPrinter(jsonPath, output.allowMissingKeys);
  const goTemplate = templateOf(goTemplateFormats, format, output.template);
  if (goTemplate !== undefined) return goTemplatePrinter(goTemplate, output.allowMissingKeys);
  switch (format.toLowerCase()) {
    case 'json':
      return jsonPrinter(output.showManagedFields);
    case 'yaml':
      return yamlPrinter(output.showManagedFields);
    case 'kyaml':
      return kyamlPrinter(output.showManagedFields);
    case 'name':
      return namePrinter;
  }
  const columns = templateOf(columnFormats, format, output.template);
  if (columns !== undefined) return customColumnsPrinter(columns, output.noHeaders);
  throw kubectlError(
    `unable to match a printer suitable for the output format ${goQuote(format)}, allowed formats are: ${allFormats.join(',')}`,
  );
}

/** A format that takes a template, with that. */
export interface TemplateFormat {
  readonly format: string;
  readonly template: string;
}

/** `FORMAT=TEMPLATE`, or `FORMAT` with `--template`; undefined where `format` is none of `formats`. */
function templateOf(formats: readonly string[], format: string, given: string): TemplateFormat | undefined {
  if (given !== '') return formats.includes(format) ? { format, template: given } : undefined;
  if (formats.includes(format)) return { format, template: '' };
  const found = formats.find((each) => format.startsWith(`${each}=`));
  return found === undefined ? undefined : { format: found, template: format.slice(found.length + 1) };
}

function jsonPathPrinter({ format, template }: TemplateFormat, allowMissingKeys: boolean): ObjectPrinter {
  const source = templateSource(template, format === 'jsonpath-file');
  const parsed = parseJsonPath(source);
  if (!parsed.ok) throw kubectlError(jsonPathParseError(source, parsed.message));
  const options = { allowMissingKeys, asJson: format === 'jsonpath-as-json' };
  return wholePrinter('whole', (root) => {
    const printed = jsonPathText(parsed.template, root, options);
    return printed.ok ? { text: printed.text } : { text: '', failure: printed.message };
  });
}

function goTemplatePrinter({ format, template }: TemplateFormat, allowMissingKeys: boolean): ObjectPrinter {
  const source = templateSource(template, format.endsWith('file'));
  const parsed = parseGoTemplate(source);
  if (!parsed.ok) throw kubectlError(goTemplateParseError(source, parsed.message));
  return wholePrinter('whole', (root) => {
    const printed = goTemplateText(parsed.template, root, { allowMissingKeys });
    return printed.ok ? { text: printed.bytes ?? printed.text } : { text: printed.stdout, failure: printed.message };
  });
}

function templateSource(template: string, isFile: boolean): string {
  if (template === '') throw kubectlError('template format specified but no template given');
  if (!isFile) return template;
  const file = readTemplateFile(template);
  if (!file.ok) throw kubectlError(`error reading --template ${template}, ${file.reason}`);
  return file.text;
}
