import { projectPermission } from './access/access.sql.js';
import { claimRoutines } from './requests/claim.sql.js';

/** The SQL functions that `migrate` makes anew each time. */
export const routines = [projectPermission, ...claimRoutines];
