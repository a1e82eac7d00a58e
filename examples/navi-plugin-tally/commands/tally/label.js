import { Args, Command, Flags } from '@oclif/core';
import { ask } from '../../ask.js';

/** `navi tally label KEY`: the values of a label, those that most objects have first. */
export class TallyLabel extends Command {
  static summary = 'Count the objects that have each value of a label.';

  static examples = ['<%= config.bin %> <%= command.id %> app', '<%= config.bin %> <%= command.id %> app --type pods'];

  static args = { key: Args.string({ required: true, description: 'key of the label' }) };

  static flags = { type: Flags.string({ default: '%', description: 'only of this type, as plural.group' }) };

  async run() {
    const { args, flags } = await this.parse(TallyLabel);
    const rows = ask(
      'select value, count(*) as objects from labels where key = :key and type like :type group by value order by 2 desc, 1',
      { key: args.key, type: flags.type },
    );
    if (rows.length === 0) this.error(`no object has the label ${args.key}`, { exit: 3 });
    for (const { value, objects } of rows) this.log(`${String(objects).padStart(7)}  ${value}`);
  }
}
