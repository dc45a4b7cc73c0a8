/** Whether `test_data AS record` was lent and its lease is over, though nobody has written down yet that it is back. */
export const IS_BACK = `(record.status = 'used' AND record.lease_expires_at <= now())`;

/** The state of `test_data AS record` at this moment. */
export const STATUS_NOW = `(CASE WHEN ${IS_BACK} THEN 'active' ELSE record.status END)`;
