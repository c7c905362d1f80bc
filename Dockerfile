# Confab for running beside a PostgreSQL (and Redis) of your own. Build: docker build -t confab .

FROM oven/bun:1.4.5 AS client
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
COPY patches ./patches
# With the optional packages: the bundler's own programs are among them.
RUN bun install --frozen-lockfile
COPY src ./src
COPY client ./client
RUN bun --bun x vite build client

# Without the tools, and without the embedded PostgreSQL: in a container DATABASE_URL names one.
FROM oven/bun:1.4.5 AS packages
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
COPY patches ./patches
RUN bun install --frozen-lockfile --production --omit=optional

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 CONFAB_DATA=/data
RUN mkdir /data && chown bun:bun /data
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY bin/start.ts bin/client.ts bin/confab.ts ./bin/
COPY bin/confab ./bin/confab
COPY drizzle ./drizzle
COPY src ./src
# `confab verify` uses a server with the client's own code, without its screens.
COPY verify ./verify
COPY client ./client
COPY --from=client /app/client/dist ./client/dist
# Nothing below /app is ever written: the root file system may be read-only, with /tmp in memory.
USER bun
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 \
  CMD ["bun", "-e", "const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT}/readyz`); process.exit(ok ? 0 : 1)"]
CMD ["bun", "bin/start.ts"]
