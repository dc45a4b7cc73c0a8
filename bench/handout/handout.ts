import { onStage } from '../stage.js';
import { claims } from './claims.js';
import { http } from './http.js';

/** Handing records out: in SQL, and over HTTP. */
export function handout(): Promise<void> {
  return onStage(async (stage) => {
    await claims(stage);
    await http(stage);
  });
}
