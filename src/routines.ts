import { projectPermission } from './access/access.sql.js';
import { claimRoutines } from './requests/claim.sql.js';
import { asMoment } from './test-data/moments.sql.js';
import { searchRoutines } from './test-data/search-values.sql.js';
import { noteChangedRecords } from './test-data/stock-counts.sql.js';

/** The SQL functions that `migrate` makes anew each time. */
export const routines = [projectPermission, asMoment, noteChangedRecords, ...searchRoutines, ...claimRoutines];
