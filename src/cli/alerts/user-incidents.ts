import { userFile } from '../../store/data-directory.ts';
import { IncidentTable } from '../../store/incident-table.ts';
import { openUserReader, openUserWriter } from '../../store/user-store.ts';
import { openDataDirectory } from '../open-data-directory.ts';

/** Reads this user's incidents; undefined where nothing was ever saved. @throws what `openUserReader` throws */
export function readIncidents<T>(work: (incidents: IncidentTable) => T): T | undefined {
  const reader = openUserReader(userFile(openDataDirectory(process.env)));
  try {
    return reader?.read((tables) => {
      const incidents = tables.of(IncidentTable);
      return incidents.isMade ? work(incidents) : undefined;
    });
  } finally {
    reader?.close();
  }
}

/** Changes this user's incidents, all of it or nothing. @throws what `openUserWriter` throws */
export async function changeIncidents<T>(work: (incidents: IncidentTable) => T): Promise<T> {
  const writer = await openUserWriter(userFile(openDataDirectory(process.env)));
  try {
    return writer.change((tables) => work(tables.of(IncidentTable)));
  } finally {
    writer.close();
  }
}
