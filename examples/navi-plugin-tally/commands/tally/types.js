import { Command } from '@oclif/core';
import { ask } from '../../ask.js';

/** `navi tally types`: how many objects of each type are mirrored. */
export class TallyTypes extends Command {
  static summary = 'Count the objects of each type.';

  async run() {
    await this.parse(TallyTypes);
    const rows = ask('select type, count(*) as objects from objects group by type order by 2 desc, 1');
    for (const { type, objects } of rows) this.log(`${String(objects).padStart(7)}  ${type}`);
  }
}
