package tfree.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import tools.jackson.core.JsonGenerator;

/** {@code /v1/models}: the one model, as OpenAI lists them. */
final class ModelRoutes {
    private final ServedModel model;

    ModelRoutes(ServedModel model) {
        this.model = model;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/v1/models", context -> Exchange.of(context).answer(json -> {
            json.writeStartObject();
            json.writeStringProperty("object", "list");
            json.writeArrayPropertyStart("data");
            write(json);
            json.writeEndArray();
            json.writeEndObject();
        }));
        routes.get("/v1/models/{name}", this::one);
    }

    private void one(Context context) {
        model.require(context.pathParam("name"));
        Exchange.of(context).answer(this::write);
    }

    private void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("id", model.name());
        json.writeStringProperty("object", "model");
        json.writeNumberProperty("created", model.created().getEpochSecond());
        json.writeStringProperty("owned_by", "tfree");
        json.writeNumberProperty("context_length", model.transformer().config().sequenceLength());
        json.writeEndObject();
    }
}
