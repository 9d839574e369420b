# Everything a person types here. `make demo` and `make test` prepare the machine themselves.
.PHONY: demo test check lint docs bench bench-ingest bench-pages attacks faults hosts reference deb zipapp test-deb test-deploy month clean
PY := .venv/bin/python

demo:    ## audit this host, run a cluster on it, build an anonymised release, say where to look
	@deploy/bootstrap.sh demo
	@$(PY) deploy/demo.py

test:    ## what CI runs: installs what the tests need (Debian packages too) and runs them all
	@deploy/bootstrap.sh test
	@.venv/bin/pytest -n 2

check: lint docs test ## before every commit

lint:
	@deploy/bootstrap.sh test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

docs:    ## README and docs: every command exists, every sample runs
	@deploy/bootstrap.sh test
	@.venv/bin/pytest tests/docs

.PHONY: screenshots
screenshots: ## every page and report at three widths and in the dark, into build/screenshots, to be looked at; minutes
	@deploy/bootstrap.sh test
	@SHIELDWALL_TEST_SHOTS=1 .venv/bin/pytest -n 2 tests/aggregator/pages/test_pages_browser.py tests/aggregator/render/test_render_browser.py tests/agent/render

bench:   ## a scan's CPU, wall time and peak memory, side by side; minutes
	@deploy/bootstrap.sh bench
	@$(PY) benchmarks/scan.py

bench-ingest: ## the aggregator's ingest against a no-op and a verify-only floor; minutes
	@deploy/bootstrap.sh test
	@$(PY) benchmarks/ingest.py

bench-pages: ## weight and time to first byte of the manager's pages with 500 firms and 8 releases; minutes
	@deploy/bootstrap.sh test
	@$(PY) benchmarks/pages.py

attacks: ## every attack on our releases and on naive figures, what bands cost in truth, two years of 14 firms; minutes
	@deploy/bootstrap.sh test
	@$(PY) benchmarks/attacks.py
	@$(PY) benchmarks/utility.py
	@$(PY) benchmarks/two_years.py

faults:  ## hundreds of kill -9, at named steps and at random moments, on both databases: make faults STEPS=60 KILLS=250; an hour
	@deploy/bootstrap.sh test
	@SHIELDWALL_TEST_CRASHES=$(or $(STEPS),60) SHIELDWALL_TEST_KILLS=$(or $(KILLS),250) SHIELDWALL_TEST_RETURNING=10000 SHIELDWALL_TEST_FUZZ=2000 .venv/bin/pytest -s tests/faults tests/aggregator/web/test_kill.py

hosts:   ## the whole library on many recorded host states: make hosts STATES=../shared/hosts; minutes
	@deploy/bootstrap.sh test
	@$(PY) benchmarks/host_states.py $(or $(STATES),../shared/hosts)

reference: ## docs/commands.md and docs/aggregator-commands.md from the programs themselves
	@$(PY) deploy/reference.py

.PHONY: languages
languages: ## the texts of checks and pages into the catalogues of every language, and these compiled
	@$(PY) -m deploy.languages
	@$(PY) -m deploy.languages.compiled

deb:     ## dist/shieldwall_…_amd64.deb, the agent for Debian 12
	@deploy/bootstrap.sh test
	@$(PY) deploy/packages/deb.py

zipapp:  ## the agent as one file that needs only Python, and the bill of materials
	@deploy/bootstrap.sh test
	@$(PY) deploy/packages/zipapp.py
	@$(PY) deploy/packages/bom.py

DEPLOY_TEST := .venv/bin/pytest -o "pythonpath=. tests deploy/tests"
test-deb: ## the package installed, used, upgraded, removed, purged in a clean Debian; as root, minutes
	@deploy/bootstrap.sh deploy
	@$(DEPLOY_TEST) -s deploy/tests/test_deb.py

test-deploy: ## timer, cron, proxy, role and files with the real systemd, cron, nginx, ansible; as root, minutes
	@deploy/bootstrap.sh deploy
	@$(DEPLOY_TEST) deploy/tests --ignore deploy/tests/test_deb.py

month:   ## thirty days of a cluster in minutes: outages, an upgrade (make month FROM=revision), a new key, a firm that leaves
	@deploy/bootstrap.sh deploy
	@$(PY) benchmarks/month.py $(FROM)

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .bootstrap.log
