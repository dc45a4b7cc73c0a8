import { RefreshToken } from './auth/refresh-token.entity.js';
import { MaskingKey } from './copies/masking-key.entity.js';
import { Environment } from './environments/environment.entity.js';
import { ErrorImage, FeatureEnvironmentStatus, FeatureErrorLog } from './features/feature-status.entity.js';
import { Feature, FeatureSchema } from './features/feature.entity.js';
import { IdempotencyKey } from './idempotency/idempotency-key.entity.js';
import { JobRun, JobRunEvent, JobRunFile, JobRunUpload, JobSlice } from './jobs/job-run.entity.js';
import { Organization, OrganizationMember } from './orgs/organization.entity.js';
import { Project, ProjectAccess } from './projects/project.entity.js';
import { Bundle } from './requests/bundle.entity.js';
import { GoneName } from './removals/gone-name.entity.js';
import { SavedFilter } from './record-filters/saved-filter.entity.js';
import { TestDataRequest } from './requests/test-data-request.entity.js';
import { Waiter } from './requests/waiter.entity.js';
import { Schedule } from './schedules/schedule.entity.js';
import { DataSchema, DataSchemaVersion, SchemaEmbedding, SchemaReference } from './schemas/data-schema.entity.js';
import { Team, TeamMember } from './teams/team.entity.js';
import { RecordChange } from './test-data/record-change.entity.js';
import { RecordKey, Stock, StockCount, StockDelta, StockKey } from './test-data/stock.entity.js';
import { SearchField, SearchValue } from './test-data/search.entity.js';
import { TestRecord } from './test-data/test-record.entity.js';
import { StockThreshold } from './top-ups/stock-threshold.entity.js';
import { UsageCount, UsageDelta } from './usage/usage.entity.js';
import { User, UserIdentity } from './users/user.entity.js';

/** Every table of the product. */
export const entities = [
  User,
  UserIdentity,
  RefreshToken,
  Organization,
  OrganizationMember,
  Team,
  TeamMember,
  Project,
  ProjectAccess,
  Environment,
  DataSchema,
  DataSchemaVersion,
  SchemaReference,
  SchemaEmbedding,
  Feature,
  FeatureSchema,
  FeatureEnvironmentStatus,
  FeatureErrorLog,
  ErrorImage,
  Stock,
  TestRecord,
  StockKey,
  RecordKey,
  StockCount,
  StockDelta,
  SearchField,
  SearchValue,
  SavedFilter,
  TestDataRequest,
  Bundle,
  Waiter,
  IdempotencyKey,
  JobRun,
  JobSlice,
  JobRunEvent,
  JobRunFile,
  JobRunUpload,
  Schedule,
  MaskingKey,
  UsageCount,
  UsageDelta,
  RecordChange,
  GoneName,
  StockThreshold,
];
