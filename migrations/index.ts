import { Accounts1763600000001 } from './1763600000001-accounts.js';
import { Organizations1763600000002 } from './1763600000002-organizations.js';
import { Features1763600000003 } from './1763600000003-features.js';
import { Records1763600000004 } from './1763600000004-records.js';
import { Jobs1763600000005 } from './1763600000005-jobs.js';
import { ApiRole1763600000006 } from './1763600000006-api-role.js';
import { NestedSchemas1763600000007 } from './1763600000007-nested-schemas.js';
import { RunControl1763600000008 } from './1763600000008-run-control.js';
import { RunFiles1763600000009 } from './1763600000009-run-files.js';
import { Schedules1763600000011 } from './1763600000011-schedules.js';
import { StockCounts1763600000014 } from './1763600000014-stock-counts.js';
import { Bundles1763600000015 } from './1763600000015-bundles.js';
import { MaskingKeys1763600000013 } from './1763600000013-masking-keys.js';
import { RunUploads1763600000018 } from './1763600000018-run-uploads.js';
import { HandOutLife1763600000016 } from './1763600000016-hand-out-life.js';
import { Browsing1763600000017 } from './1763600000017-browsing.js';

/** Every migration, in order. One that has landed is never edited. */
export const migrations = [
  Accounts1763600000001,
  Organizations1763600000002,
  Features1763600000003,
  Records1763600000004,
  Jobs1763600000005,
  ApiRole1763600000006,
  NestedSchemas1763600000007,
  RunControl1763600000008,
  RunFiles1763600000009,
  Schedules1763600000011,
  StockCounts1763600000014,
  MaskingKeys1763600000013,
  RunUploads1763600000018,
  Bundles1763600000015,
  HandOutLife1763600000016,
  Browsing1763600000017,
];
