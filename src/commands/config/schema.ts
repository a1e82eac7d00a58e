import { BaseCommand } from '../../cli/base-command.ts';
import { configJsonSchema } from '../../config/config-schema.ts';
import { schema } from '../../config/schema.ts';

/** The settings for programs. */
export class ConfigSchemaCommand extends BaseCommand {
  static override summary = 'Print the JSON Schema of config.toml.';

  static override description =
    'For editors that complete and check TOML by a schema: each key with what it does, what it may be, and its default.';

  static override examples = ['<%= config.bin %> config schema', '<%= config.bin %> config schema > navi.schema.json'];

  override async run(): Promise<void> {
    await this.parse(ConfigSchemaCommand);
    this.write(`${JSON.stringify(configJsonSchema(schema), null, 2)}\n`);
  }
}
