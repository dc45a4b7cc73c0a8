import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** Sets the usual headers on every answer. Not by Fastify's plugin, which works them out anew for every request. */
export function setSecurityHeaders(fastify: Pick<FastifyInstance, 'addHook'>): void {
  const set = helmet({
    // Swagger UI and the job board bring inline styles and scripts; plain http is what a laptop and a proxy's inside speak.
    contentSecurityPolicy: {
      directives: {
        'script-src': ["'self'", "'unsafe-inline'"],
        'upgrade-insecure-requests': null,
      },
    },
    strictTransportSecurity: false,
  });
  fastify.addHook('onRequest', (request, reply, done) =>
    set(request.raw, reply.raw, (error) => done(error as Error | undefined)),
  );
}
