/** The usual kinds of environment. */
export const TEMPLATES = {
  development: { name: 'Development', slug: 'dev', color: '#22C55E', isProtected: false },
  testing: { name: 'Testing', slug: 'test', color: '#3B82F6', isProtected: false },
  staging: { name: 'Staging', slug: 'staging', color: '#F59E0B', isProtected: false },
  production: { name: 'Production', slug: 'prod', color: '#EF4444', isProtected: true },
} as const;
