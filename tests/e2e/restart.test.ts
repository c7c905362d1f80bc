import { expect, test } from 'bun:test'
import { startSite } from '../support/browser'
import { bodies, reaches, say, screen } from '../support/screen'
import { describeSite, send } from '../support/site'

describeSite('a restart', (site) => {
  test('a restart of the server loses nothing on either side', async () => {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const id = await site.channel('alpha', ada, ben)
    const page = await site.open({ as: ada, id })
    const says = (state: string) => screen.sidebar(page).getByText(state, { exact: true }).waitFor()
    await says('Online')
    const { port, deps } = site.server
    await site.server.stop()
    await says('Connecting…')
    await say(page, 'written while it was away')
    const databaseUrl = deps.config.databaseUrl ?? ''
    site.replace(await startSite({ databaseUrl, env: { PORT: String(port) } }))
    await page.evaluate(() => void dispatchEvent(new Event('online')))
    await reaches(page, 'written while it was away', 'sent')
    await send(ben, id, 'heard afterwards')
    await screen.message(page, 'heard afterwards').waitFor()
    expect(await bodies(page)).toEqual(['written while it was away', 'heard afterwards'])
    await says('Online')
  }, 60_000)
})
