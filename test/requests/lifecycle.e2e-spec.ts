import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf, type TestStock } from '../test-data/stock.js';
import { askFor, itemsOf } from './hand-out.js';

const RUNS = testSettings().isLong ? 300 : 20;
const COMMANDS = 25;

interface ModelRecord {
  status: 'active' | 'used' | 'invalid' | 'deleted';
  /** The bundle that holds it. */
  bundle: string | null;
}
interface ModelBundle {
  state: 'kept' | 'open' | 'returned' | 'used' | 'expired';
}
/** What there should be: by id. */
interface Model {
  isReusable: boolean;
  records: Map<string, ModelRecord>;
  bundles: Map<string, ModelBundle>;
}
interface Real {
  test: TestApi;
  project: TestProject;
  stock: TestStock;
  place: { featureId: string; envId: string };
}
type Step = fc.AsyncCommand<Model, Real>;

const nth = <T>(all: Map<string, T>, n: number): [string, T] => [...all][n % all.size]!;
const free = (model: Model, bundle: string): ModelRecord[] =>
  [...model.records.values()].filter((record) => record.bundle === bundle && record.status === 'used');
const giveBack = (records: ModelRecord[]): void => {
  for (const record of records) Object.assign(record, { status: 'active', bundle: null });
};

/** Asks for bundles: as many as there are active records, or none. */
class Claim implements Step {
  constructor(
    readonly count: number,
    readonly isLent: boolean,
  ) {}
  check = () => true;
  async run(model: Model, { project, place }: Real): Promise<void> {
    const body = { count: this.count, fallback: 'fail' as const, ...(this.isLent && { lease_seconds: 3600 }) };
    const { data, error } = await askFor(project.as.reader, place, body);
    const active = [...model.records].filter(([, { status }]) => status === 'active').map(([id]) => id);
    const isHeld = this.isLent || !model.isReusable;
    if (active.length < (isHeld ? this.count : 1)) {
      expect(error).toMatchObject({ code: 'stock.empty' });
      return;
    }
    expect(error).toBeUndefined();
    for (const bundle of data?.data ?? []) {
      const id = itemsOf(bundle)[0]?.record_id ?? '';
      expect(model.records.get(id)?.status).toBe('active');
      model.bundles.set(bundle.bundle_id, { state: this.isLent ? 'open' : 'kept' });
      if (isHeld) model.records.set(id, { status: 'used', bundle: bundle.bundle_id });
    }
  }
  toString = () => `Claim(${this.count}${this.isLent ? ', lent' : ''})`;
}

/** Lets the lease of a bundle be over. */
class Expire implements Step {
  constructor(readonly n: number) {}
  check = ({ bundles }: Readonly<Model>) => bundles.size > 0;
  async run(model: Model, { test }: Real): Promise<void> {
    const [id, bundle] = nth(model.bundles, this.n);
    if (bundle.state !== 'open') return;
    const past = `lease_expires_at = now() - interval '1 millisecond'`;
    await test.db.query(
      `WITH records AS (UPDATE test_data SET ${past} WHERE bundle_id = $1) UPDATE bundles SET ${past} WHERE id = $1`,
      [id],
    );
    bundle.state = 'expired';
    giveBack(free(model, id));
  }
  toString = () => `Expire(${this.n})`;
}

class Renew implements Step {
  constructor(readonly n: number) {}
  check = ({ bundles }: Readonly<Model>) => bundles.size > 0;
  async run(model: Model, { project }: Real): Promise<void> {
    const [id, { state }] = nth(model.bundles, this.n);
    const { error } = await api.renewBundle({ client: project.as.reader, path: { id }, body: { lease_seconds: 3600 } });
    const code = state === 'kept' ? 'lease.none' : 'lease.ended';
    if (state === 'open') expect(error).toBeUndefined();
    else expect(error).toMatchObject({ code });
  }
  toString = () => `Renew(${this.n})`;
}

class Release implements Step {
  constructor(
    readonly n: number,
    readonly as: 'returned' | 'used',
  ) {}
  check = ({ bundles }: Readonly<Model>) => bundles.size > 0;
  async run(model: Model, { project }: Real): Promise<void> {
    const [id, bundle] = nth(model.bundles, this.n);
    const { error } = await api.releaseBundle({ client: project.as.reader, path: { id }, body: { as: this.as } });
    if (bundle.state !== 'open' && bundle.state !== 'kept') {
      expect(error).toMatchObject({ code: 'lease.ended' });
      return;
    }
    expect(error).toBeUndefined();
    bundle.state = this.as;
    if (this.as === 'returned' || model.isReusable) giveBack(free(model, id));
  }
  toString = () => `Release(${this.n}, ${this.as})`;
}

const CHANGES = {
  markRecordUsed: { refused: ['used', 'invalid'], status: 'used', code: 'record.not_active' },
  reactivateRecord: { refused: ['active'], status: 'active', code: 'record.active' },
  invalidateRecord: { refused: ['invalid'], status: 'invalid', code: 'record.is_invalid' },
  deleteRecord: { refused: [], status: 'deleted', code: '' },
} as const;

/** What people do to a record by hand. */
class Change implements Step {
  constructor(
    readonly n: number,
    readonly how: keyof typeof CHANGES,
  ) {}
  check = ({ records }: Readonly<Model>) => records.size > 0;
  async run(model: Model, { project }: Real): Promise<void> {
    const [id, record] = nth(model.records, this.n);
    const { refused, status, code } = CHANGES[this.how];
    const call = { client: project.as.writer, path: { id } };
    const { error } = await (this.how === 'invalidateRecord'
      ? api.invalidateRecord({ ...call, body: { reason: 'So it is' } })
      : api[this.how](call));
    if (record.status === 'deleted') expect(error).toMatchObject({ code: 'record.not_found' });
    else if (refused.some((each) => each === record.status)) expect(error).toMatchObject({ code });
    else {
      expect(error).toBeUndefined();
      // An invalid record still belongs to its bundle, but does not come back with it.
      const bundle = status === 'invalid' ? record.bundle : null;
      Object.assign(record, { status, bundle });
    }
  }
  toString = () => `${this.how}(${this.n})`;
}

class Create implements Step {
  check = () => true;
  async run(model: Model, { stock }: Real): Promise<void> {
    const { id } = await stock.create({ text: 'made' });
    model.records.set(id, { status: 'active', bundle: null });
  }
  toString = () => 'Create()';
}

/** Compares everything that can be seen with what there should be. */
class Look implements Step {
  check = () => true;
  async run({ records, bundles }: Model, { project, place, stock }: Real): Promise<void> {
    const client = project.as.reader;
    const seen = new Map((await stock.list({ limit: 100 })).data.map((record) => [record.id, record]));
    const there = [...records].filter(([, { status }]) => status !== 'deleted');
    expect(Object.fromEntries([...seen].map(([id, { status }]) => [id, status]))).toEqual(
      Object.fromEntries(there.map(([id, { status }]) => [id, status])),
    );
    const count = (wanted: string) => there.filter(([, { status }]) => status === wanted).length;
    const leased = there.filter(([, { status, bundle }]) => {
      return status === 'used' && bundle !== null && bundles.get(bundle)?.state === 'open';
    });
    const figures = { active: count('active'), used: count('used'), invalid: count('invalid'), total: there.length };
    expect(await ok(api.getStock({ client, path: stock.path }))).toMatchObject({ ...figures, leased: leased.length });
    const query = { feature_id: place.featureId, environment_id: place.envId, limit: 100 };
    const listed = (await ok(api.listBundles({ client, query }))).data;
    expect(Object.fromEntries(listed.map(({ bundle_id, state }) => [bundle_id, state]))).toEqual(
      Object.fromEntries([...bundles].map(([id, { state }]) => [id, state])),
    );
  }
  toString = () => 'Look()';
}

const n = fc.nat(100);
const steps: fc.Arbitrary<Step>[] = [
  fc.record({ count: fc.integer({ min: 1, max: 3 }), isLent: fc.boolean() }).map((c) => new Claim(c.count, c.isLent)),
  fc.record({ count: fc.constant(1), isLent: fc.constant(true) }).map((c) => new Claim(c.count, c.isLent)),
  n.map((i) => new Expire(i)),
  n.map((i) => new Renew(i)),
  fc.tuple(n, fc.constantFrom('returned' as const, 'used' as const)).map(([i, as]) => new Release(i, as)),
  fc.tuple(n, fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[]))).map(([i, h]) => new Change(i, h)),
  fc.constant(new Create()),
  fc.constant(new Look()),
];

describe('the life of records and bundles', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  it.each([[false], [true]])('goes as a simple model says (reusable: %s)', async (isReusable) => {
    const fields = [{ name: 'text', type: 'string' as const, required: true }];
    const { id } = await project.schema(`Lived ${isReusable}`, fields, { is_reusable: isReusable });
    const featureId = await project.feature(`lived_${isReusable}`, [id]);
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: COMMANDS }), async (commands) => {
        made += 1;
        const envId = await secondEnvironment(project, `Life ${made}`);
        const stock = stockOf(test, project, id, { envId });
        const records = new Map<string, ModelRecord>();
        for (const { id: recordId } of await stock.sample(4)) records.set(recordId, { status: 'active', bundle: null });
        const real = { test, project, stock, place: { featureId, envId } };
        const model: Model = { isReusable, records, bundles: new Map() };
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await new Look().run(model, real);
      }),
      { numRuns: RUNS },
    );
  });
});
