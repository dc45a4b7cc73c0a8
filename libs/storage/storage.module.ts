import path from 'node:path';
import { Global, Module } from '@nestjs/common';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Storage } from './storage.js';

/** Gives every module the {@link Storage}: a bucket where one is configured, otherwise the folder `files` of the data folder. */
@Global()
@Module({
  providers: [
    { provide: Storage, inject: [CONFIG], useFactory: async (config: Config) => new Storage(await diskOf(config)) },
  ],
  exports: [Storage],
})
export class StorageModule {}

async function diskOf({ bucket, dataDir }: Config): Promise<Disk> {
  if (!bucket) return new Disk(new FSDriver({ location: path.join(dataDir, 'files'), visibility: 'private' }));
  // Only where it is used: loading Amazon's client takes its time.
  const { S3Driver } = await import('flydrive/drivers/s3');
  const { name, endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const credentials = { accessKeyId, secretAccessKey };
  // Stores other than Amazon's know buckets by path, and no access lists.
  const other = endpoint === null ? {} : { endpoint, forcePathStyle: true };
  return new Disk(
    new S3Driver({ bucket: name, region, credentials, visibility: 'private', supportsACL: false, ...other }),
  );
}
