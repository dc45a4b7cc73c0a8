import { Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { exhaustMap, distinctUntilChanged, map, type Observable, Subject, takeUntil, takeWhile, timer } from 'rxjs';
import type { ProjectScope } from '../access/project-scope.js';
import { ENDED } from './job-run.entity.js';
import { toRunResponse } from './run.dto.js';
import { RunsService } from './runs.service.js';

/** Milliseconds between two looks at a watched run. */
const INTERVAL = 300;

/** Live progress. It reads the tables, which lose nothing, rather than the queue's events. */
@Injectable()
export class RunEventsService implements OnModuleDestroy {
  private readonly stopping = new Subject<void>();

  constructor(private readonly runs: RunsService) {}

  /** Ends the streams: the server waits for open answers before it stops. */
  onModuleDestroy(): void {
    this.stopping.next();
  }

  /** The run whenever it has changed, until it is over. */
  watch(scope: ProjectScope, id: string): Observable<MessageEvent> {
    return timer(0, INTERVAL).pipe(
      exhaustMap(() => this.runs.get(scope, id)),
      distinctUntilChanged((a, b) => a.done === b.done && a.state === b.state),
      takeWhile((run) => !ENDED.includes(run.state), true),
      takeUntil(this.stopping),
      map((run) => ({ type: 'progress', id: String(run.done), data: toRunResponse(run) })),
    );
  }
}
