import { Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { concatMap, defer, exhaustMap, from, map, type Observable, Subject, takeUntil, takeWhile, timer } from 'rxjs';
import type { ProjectScope } from '../access/project-scope.js';
import { ENDED, type JobRun, type JobRunEvent } from './job-run.entity.js';
import { toRunResponse } from './run.dto.js';
import { RunsRepository } from './runs.repository.js';

/** Milliseconds between two looks at a watched run. */
const INTERVAL = 300;

interface News {
  run: JobRun;
  events: JobRunEvent[];
}

/** Live progress. It reads the tables, which lose nothing, rather than the queue's events. */
@Injectable()
export class RunEventsService implements OnModuleDestroy {
  private readonly stopping = new Subject<void>();

  constructor(private readonly runs: RunsRepository) {}

  /** Ends the streams: the server waits for open answers before it stops. */
  onModuleDestroy(): void {
    this.stopping.next();
  }

  /** What has happened since the event `last`, by default the latest one, and then whatever happens, until the run is over. */
  watch(scope: ProjectScope, id: string, last: number | undefined): Observable<MessageEvent> {
    return defer(() => {
      let seen = last;
      return timer(0, INTERVAL).pipe(
        exhaustMap(async () => {
          const news = await this.news(scope, id, seen);
          seen = news.events.at(-1)?.no ?? seen;
          return news;
        }),
        takeWhile(({ run }) => !ENDED.includes(run.state) || (seen ?? -1) < run.events, true),
        concatMap(({ run, events }) => from(events).pipe(map((event) => toMessage(run, event)))),
        takeUntil(this.stopping),
      );
    });
  }

  private async news(scope: ProjectScope, id: string, seen: number | undefined): Promise<News> {
    const run = await this.runs.getOrThrow(scope, id);
    // A number that was never given tells nothing of what has been seen.
    const after = seen === undefined || seen > run.events ? run.events - 1 : seen;
    return { run, events: await this.runs.listEvents(scope, id, after) };
  }
}

/** The run as it was then. */
function toMessage(run: JobRun, { no, state, done, rejected, total, rate, at }: JobRunEvent): MessageEvent {
  const isOver = ENDED.includes(state);
  const then = { ...run, state, done, rejected, total, rate, finishedAt: isOver ? (run.finishedAt ?? at) : null };
  return { type: 'progress', id: String(no), data: toRunResponse({ ...then, error: isOver ? run.error : null }) };
}
