import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../config/config.js';
import { explain, type Surroundings } from './explain.js';
import { ReportedError, StartupError } from './startup-error.js';

const around: Surroundings = {
  host: '127.0.0.1',
  dataDir: '/data/lake',
  databaseUrl: 'postgres://ann:secret@db.example:5433/lake?password=secret',
  redisUrl: 'redis://:secret@queue.example:6380',
};

const failing = (details: object, message = 'details'): Error => Object.assign(new Error(message), details);

describe('explain', () => {
  it('passes on what is a sentence already, and nothing for what was printed', () => {
    expect(explain(new ConfigError('Wrong configuration: PORT'))).toBe('Wrong configuration: PORT');
    expect(explain(new StartupError('Do this.'))).toBe('Do this.');
    expect(explain(new ReportedError('printed'))).toBe('');
  });

  it.each<[string, object, Surroundings, RegExp]>([
    ['a port in use', { code: 'EADDRINUSE', port: 3000 }, around, /^Port 3000 is in use.* set PORT to/],
    ['the port of a worker', { code: 'EADDRINUSE', port: 9 }, { portVariable: 'WORKER_PORT' }, /set WORKER_PORT to/],
    [
      'a port below 1024',
      { code: 'EACCES', syscall: 'listen', port: 80 },
      around,
      /^Port 80 may not.* PORT .*above 1023/,
    ],
    [
      'an address of another machine',
      { code: 'EADDRNOTAVAIL' },
      { host: '10.9.8.7' },
      /no address 10\.9\.8\.7: set HOST/,
    ],
    ['a host name that is none', { code: 'ENOTFOUND', hostname: 'x' }, { host: 'x' }, /no address x: set HOST/],
    [
      'a folder of another user',
      { code: 'EACCES', path: '/data/lake/mail' },
      around,
      /^TESTLAKE_DIR \(\/data\/lake\) may not/,
    ],
    ['a folder that cannot be made', { code: 'EROFS', path: '/data' }, around, /^TESTLAKE_DIR .* read-only/],
    ['a full disk here', { code: 'ENOSPC', path: '/elsewhere' }, around, /^TESTLAKE_DIR .* full disk/],
    [
      'a database that is down',
      { code: 'ECONNREFUSED', port: 5433 },
      around,
      /ann@db\.example:5433\/lake does not.*DATABASE_URL/,
    ],
    [
      'an unknown database host',
      { code: 'ENOTFOUND', hostname: 'db.example' },
      around,
      /unknown host.*correct DATABASE_URL/,
    ],
    [
      'a Redis that is down',
      { code: 'ECONNREFUSED', port: 6380 },
      around,
      /^Redis at redis:\/\/queue\.example:6380 .*REDIS_URL/,
    ],
    ['an unknown Redis host', { code: 'ENOTFOUND', hostname: 'queue.example' }, around, /^Redis .*unknown host/],
    ['a Redis that gave up', { name: 'MaxRetriesPerRequestError' }, around, /^Redis .*REDIS_URL/],
    ['a wrong password', { code: '28P01' }, around, /refuses the user or the password.*DATABASE_URL/],
    ['a missing database', { code: '3D000' }, around, /no such database.*DATABASE_URL/],
    ['a missing right', { code: '42501' }, around, /lacks a right/],
    ['a full database server', { code: '53100' }, around, /disk of the database server is full/],
    [
      'a full embedded database',
      { code: '53100' },
      { ...around, embedded: true },
      /disk of TESTLAKE_DIR \(\/data\/lake\) is full/,
    ],
    [
      'an embedded database that is away',
      { code: 'ECONNREFUSED' },
      { ...around, embedded: true },
      /server\.log in TESTLAKE_DIR/,
    ],
    ['too many connections', { code: '53300' }, around, /no connection left/],
    ['a database that starts', { code: '57P03' }, around, /starting up/],
  ])('names variable and remedy for %s, and no password', (_name, details, surroundings, sentence) => {
    const said = explain(failing(details), surroundings);
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/secret|\n/);
  });

  it('recognises troubles by their words where drivers give no code', () => {
    expect(explain(new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), around)).toMatch(
      /add it to/,
    );
    expect(explain(new Error('timeout expired'), around)).toMatch(/no answer in time.*DATABASE_URL/);
    expect(explain(new Error('The server does not support SSL connections'), around)).toMatch(/sslmode/);
    expect(explain(new Error('WRONGPASS invalid username-password pair'), around)).toMatch(/^Redis .*REDIS_URL/);
  });

  it('looks into errors that wrap others', () => {
    const refused = failing({ code: 'ECONNREFUSED', port: 5433 });
    expect(explain(new AggregateError([refused, refused]), around)).toMatch(/DATABASE_URL/);
    expect(explain(failing({ driverError: failing({ code: '28P01' }) }), around)).toMatch(/password/);
    expect(explain(new Error('outer', { cause: refused }), around)).toMatch(/DATABASE_URL/);
  });

  it('knows the services by their usual ports when nothing else is known', () => {
    expect(explain(failing({ code: 'ECONNREFUSED', port: 6379 }))).toMatch(/^Redis at REDIS_URL/);
    expect(explain(failing({ code: 'ECONNREFUSED', port: 5432 }))).toMatch(/^PostgreSQL at DATABASE_URL/);
  });

  it('keeps the stack of what nobody foresaw', () => {
    expect(explain(new TypeError('x is not a function'))).toMatch(
      /^Unexpected error: TypeError: x is not a function\n +at /,
    );
    expect(explain('thrown text')).toMatch(/thrown text/);
  });
});
