/** Settings as flags of the server, not in its file, so that an existing cluster gets those of the release that serves it. */
export function serverFlags(port: number, fast: boolean): string[] {
  const settings = { ...SETTINGS, port: String(port), ...(fast ? FAST : {}) };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** For one laptop that serves requests while a million rows are loaded. */
const SETTINGS: Record<string, string> = {
  // Nobody else on the machine or the network has business here, and a socket's path may be too long for some systems.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // API, a few workers and the queue hold about ten connections each.
  max_connections: '100',
  // Keeps the pages that COPY's index entries touch; small enough that Ctrl-C, which writes them out, stays quick.
  shared_buffers: '256MB',
  // Parallel joins share this much memory through /dev/shm, of which a container has 64 MB.
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  wal_buffers: '16MB',
  // A million plain rows write 400 MB of log, with keys and indexes a multiple; at the default of 1 GB, and half of that
  // before a checkpoint begins, bulk runs would force one after another.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  // Nothing replicates from here; indexes and tables that a transaction makes are then not logged row by row.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  // Laptops and containers have SSDs, where a random read costs little more than the next one.
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The server's own messages, but no statements that failed: they hold users' data, and the programs log them.
  log_min_messages: 'log',
};

/** For tests, whose data nobody misses: commits do not wait for the disk. */
const FAST: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};
