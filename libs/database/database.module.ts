import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Database } from './database.js';
import { type DatabaseOptions, dataSourceOptions } from './data-source.js';

/** Gives every module the {@link Database}. */
@Global()
@Module({})
export class DatabaseModule {
  /** `options` is called when the app starts, not when the module is declared. */
  static forRoot(options: () => DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({ useFactory: () => ({ ...dataSourceOptions(options()), retryAttempts: 0 }) }),
      ],
      providers: [Database],
      exports: [Database],
    };
  }
}
