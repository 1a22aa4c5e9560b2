# One image per environment by target: `docker build --target services .` and `docker build --target rasa .`
# The model is trained at build time and baked in; nothing is downloaded at run time. Processes run as a plain user.

FROM python:3.12-slim AS uv
RUN pip install --no-cache-dir "uv>=0.5"

FROM uv AS services-env
WORKDIR /app
COPY pyproject.toml uv.lock ./
# --build-arg OCR=1: scanned papers are read, too (375 MB; docs/decisions/0054).
ARG OCR=
RUN UV_PROJECT_ENVIRONMENT=/app/.venv uv sync --compile-bytecode --locked --no-install-project --python 3.12 --group services ${OCR:+--group ocr}
COPY policies ./policies
RUN /app/.venv/bin/python -m policies build && /app/.venv/bin/python -m policies check

FROM python:3.10-slim AS rasa-env
RUN pip install --no-cache-dir "uv>=0.5"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN UV_PROJECT_ENVIRONMENT=/app/.venv uv sync --compile-bytecode --locked --no-install-project --python 3.10 --group rasa
COPY config.yml endpoints.yml ./
COPY data ./data
COPY bot ./bot
COPY dialogue/__init__.py dialogue/reading.py dialogue/vocabulary.py dialogue/labels.yml dialogue/facts.py ./dialogue/
COPY policies/__init__.py policies/places.py policies/places.tsv policies/place_aliases.tsv ./policies/
ENV RASA_TELEMETRY_ENABLED=false PYTHONPATH=/app ACTIONS_URL= ACTIONS_TOKEN=
RUN /app/.venv/bin/python -m bot.rasa_training train --config config.yml --domain bot/domain --data data --endpoints endpoints.yml --out models --fixed-model-name tongbao \
 && python -c "import hashlib, json, pathlib; m = pathlib.Path('models/tongbao.tar.gz'); m.with_name('tongbao.stamp.json').write_text(json.dumps({'sha256': hashlib.sha256(m.read_bytes()).hexdigest()}))"

FROM python:3.12-slim AS services
RUN useradd --system --uid 10001 --home /app tongbao
WORKDIR /app
COPY --from=services-env /app/.venv /app/.venv
COPY --from=services-env /app/policies /app/policies
COPY actions ./actions
COPY dialogue ./dialogue
COPY common ./common
COPY gateway ./gateway
COPY registration ./registration
COPY leaflets ./leaflets
COPY portal ./portal
COPY deploy ./deploy
COPY bot/__init__.py bot/start.py bot/left_out.py ./bot/
USER tongbao
ENV PATH=/app/.venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 TONGBAO_ENV=production
EXPOSE 8080 8081
# The same image runs each service: python -m gateway serve --host 0.0.0.0 | python -m portal serve --host 0.0.0.0 | python -m actions | python -m registration serve
CMD ["python", "-m", "gateway", "serve", "--host", "0.0.0.0"]

FROM python:3.10-slim AS rasa
RUN useradd --system --uid 10001 --home /app tongbao
WORKDIR /app
COPY --from=rasa-env /app /app
USER tongbao
ENV PATH=/app/.venv/bin:$PATH PYTHONPATH=/app RASA_TELEMETRY_ENABLED=false HOME=/tmp
EXPOSE 5005
CMD ["python", "-m", "bot.start", "--port", "5005", "--interface", "0.0.0.0"]
