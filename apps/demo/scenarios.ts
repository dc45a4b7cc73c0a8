import { requestData } from '../../libs/client/generated/sdk.gen.js';
import type { BundleItem, BundleResponse } from '../../libs/client/generated/types.gen.js';
import { ask } from './api.js';
import type { Example } from './load.js';
import { say } from './say.js';

/** Who asks for what, as the example's scenarios tell it. */
export interface Scenario {
  title: string;
  feature: string;
  environment: string;
}

export const SCENARIO_A: Scenario = {
  title: 'Scenario A: a developer needs data to test user_registration in Development.',
  feature: 'user_registration',
  environment: 'Development',
};

export const SCENARIO_B: Scenario = {
  title: 'Scenario B: a tester needs data for the whole checkout_process in Staging.',
  feature: 'checkout_process',
  environment: 'Staging',
};

/** Path of the request; GET hands the data out. */
export function requestPath(example: Example, { feature, environment }: Scenario): string {
  return `/api/v1/features/${example.features.id(feature)}/environments/${example.environments.id(environment)}/request-data`;
}

/** One line with what is handed out while Development holds the sample records alone. */
export async function preview(example: Example): Promise<void> {
  const { primary_data, secondary_data } = await request(example, SCENARIO_A);
  const { username, email } = primary_data?.data ?? {};
  const { street, city } = secondary_data[0]?.data ?? {};
  const who = `${String(username)} (${String(email)}), ${String(street)}, ${String(city)}`;
  say('scenario A', `with the sample records alone, ${SCENARIO_A.feature} gets ${who}`);
}

/** Asks, and prints the whole answer. */
export async function play(example: Example, scenario: Scenario): Promise<void> {
  const bundle = await request(example, scenario);
  const answer = JSON.stringify(bundle, null, 2);
  process.stdout.write(`\n${scenario.title}\nGET ${requestPath(example, scenario)}\n${origins(bundle)}\n\n${answer}\n`);
}

async function request(example: Example, { feature, environment }: Scenario): Promise<BundleResponse> {
  const path = { featureId: example.features.id(feature), envId: example.environments.id(environment) };
  return ask(`Asking for the data of ${feature} in ${environment}`, requestData({ path }));
}

/** `From stock: User, Address.` */
function origins({ primary_data, secondary_data }: BundleResponse): string {
  const items = primary_data === null ? secondary_data : [primary_data, ...secondary_data];
  const from = (source: BundleItem['source']): string =>
    items
      .filter((item) => item.source === source)
      .map((item) => item.schema)
      .join(', ');
  const [stock, generated] = [from('stock'), from('generated')];
  return [stock && `From stock: ${stock}.`, generated && `Made on the spot: ${generated}.`].filter(Boolean).join(' ');
}
